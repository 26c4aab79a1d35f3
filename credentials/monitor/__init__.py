"""Watch a registry's log from outside: nobody rewrites, backdates or removes anything unseen.

RFC 9162, section 8.3 (monitors); C2SP tlog-tiles, tlog-checkpoint, tlog-witness. A monitor keeps
what it saw in a folder (``Mirror``); every look holds what the log shows now against all of it.
"""

from credentials.monitor.alarms import CODES, EXIT, Alarm, exit_code
from credentials.monitor.mirror import Mirror
from credentials.monitor.published import Files
from credentials.monitor.watch import Look, compare, look

__all__ = ["CODES", "EXIT", "Alarm", "Files", "Look", "Mirror", "compare", "exit_code", "look"]

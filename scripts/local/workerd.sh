#!/bin/sh
# Stands in for workerd when the local runtime starts it: writes down which process it becomes, so that the guard
# (lifeline.ts) can end it. A shell that execs keeps its process id.
echo "$$" >"$SLUICE_PID_FILE"
exec "$SLUICE_WORKERD" "$@"

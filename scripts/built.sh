#!/bin/sh
# Runs a built program of the server, whose arguments these are, once it and the web app that it serves are built.
node scripts/build-ui.ts && node scripts/build-server.ts && exec node "$@"

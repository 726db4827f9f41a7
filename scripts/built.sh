#!/bin/sh
# Runs a program of the server, named first, with the arguments that follow; once it and the web app that it serves are built.
node scripts/build-ui.ts && built=$(node scripts/build-server.ts) || exit
program=$1
shift
exec node "$built/$program" "$@"

#!/usr/bin/env bash
# Who said what in a file, asked of a running service: curl.sh FILE [URL]
# ISNAD_API_KEY holds the service's key if it asks for one. Needs curl 7.76 or newer, and jq 1.6.
set -euo pipefail
file=${1:?usage: curl.sh FILE [URL]}
url=${2:-http://127.0.0.1:8000}

jq --null-input --rawfile text "$file" '{articles: [{id: "1", text: $text}]}' |
  curl --silent --show-error --fail-with-body --header "Content-Type: application/json" \
    ${ISNAD_API_KEY:+--header "Authorization: Bearer $ISNAD_API_KEY"} --data-binary @- "$url/v1/extract" |
  jq --raw-output '
    (.detail // empty),
    (.documents[]? | INDEX(.entities[]; .id) as $entities | .quotes[] | "\($entities[.speaker // ""].name // "?"): \(.text)")'

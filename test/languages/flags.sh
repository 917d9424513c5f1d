# For `run` of a language: an environment of its own with flags of every type, and its keys. Sourced; needs SLUICE_URL and
# SLUICE_ADMIN_TOKEN. Sets SLUICE_KEY (a server's), SLUICE_CLIENT_KEY, and SHARES, a file with what curl was told for each
# of some users: their id and variant.
work=$(mktemp -d)
env="languages-$$"
admin() { curl -sf -X "$1" "$SLUICE_URL/admin/v1$2" -H "Authorization: Bearer $SLUICE_ADMIN_TOKEN" -H 'Content-Type: application/json' -d "$3"; }
leave() { admin DELETE "/environments/$env?confirm=$env" '{}' >/dev/null; rm -rf "$work"; }
trap leave EXIT
flag() { admin PUT "/environments/$env/flags/$1" "$2" >/dev/null || { echo "the flag $1 could not be made"; exit 1; }; }
key() { admin POST "/environments/$env/keys" "{\"kind\":\"$1\",\"name\":\"languages\"}" | sed -n 's/.*"secret":"\([^"]*\)".*/\1/p'; }

admin POST /environments "{\"name\":\"$env\"}" >/dev/null || { echo "no environment could be made"; exit 1; }
flag 'bool' '{"type":"boolean","clientSide":true,"variants":{"on":true,"off":false},"metadata":{"team":"shop"},"default":{"variant":"off"},
  "rules":[{"id":"staff","when":{"attribute":"email","operator":"endsWith","values":["@example.com"]},"serve":{"variant":"on"}},
           {"id":"far","when":{"attribute":"address.city","operator":"in","values":["Wien"]},"serve":{"variant":"on"}}]}'
flag 'text' '{"type":"string","variants":{"grüß":"Grüß Gott 👋"},"default":{"variant":"grüß"}}'
flag 'whole' '{"type":"number","variants":{"seven":7},"default":{"variant":"seven"}}'
flag 'part' '{"type":"number","variants":{"half":1.5},"default":{"variant":"half"}}'
flag 'object' '{"type":"object","variants":{"o":{"a":[1,"zwei",null],"b":{"c":true}}},"default":{"variant":"o"}}'
flag 'in%20code' '{"type":"string","variants":{"a":"A"},"default":{"codeDefault":true}}'
flag '%C3%BC%20%26%20%2B1' '{"type":"boolean","variants":{"on":true},"default":{"variant":"on"}}'
flag 'one%2Ftwo' '{"type":"boolean","variants":{"on":true},"default":{"variant":"on"}}'
flag 'share' '{"type":"string","variants":{"a":"A","b":"B"},"default":{"rollout":{"percentage":30,"split":[{"variant":"a","weight":1}],"otherwise":"b"}}}'
export SLUICE_KEY SLUICE_CLIENT_KEY SHARES="$work/shares"
SLUICE_KEY=$(key server)
SLUICE_CLIENT_KEY=$(key client)
for n in $(seq 20); do
  variant=$(curl -sf "$SLUICE_URL/ofrep/v1/evaluate/flags/share" -H "Authorization: Bearer $SLUICE_KEY" -H 'Content-Type: application/json' \
    -d "{\"context\":{\"targetingKey\":\"user-$n\"}}" | sed -n 's/.*"variant":"\([^"]*\)".*/\1/p')
  echo "user-$n $variant"
done >"$SHARES"

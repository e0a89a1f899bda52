#!/usr/bin/env bash
# 省级：只用 curl 与 openssl 调取再次鉴定卷宗。
# The province's side with curl and openssl alone: asks for a dossier, polls while it is being prepared, downloads it, verifies everything, and
# says that it has it. Every step of HTTP Message Signatures (RFC 9421) and Digest Fields (RFC 9530) is here to be read.
#
#   pull.sh REQUEST.json FOLDER
#
#   CITY       origin of the city's service: https://dossier.example.gov.cn
#   KEY        our private key, PEM;  KEY_ID  its id at the city;  KEY_TYPE  ecdsa-p256-sha256 (default) or sm2-sm3
#   CITY_KEYS  folder of the city's public keys: <key id>.pem, and <key id>.type with the algorithm, as the city told them beforehand
#   CONNECT    where to connect to instead of CITY's own host and port, as curl's --connect-to wants it: ::127.0.0.1:8443
set -euo pipefail

request=${1:?REQUEST.json} folder=${2:?FOLDER}
: "${CITY:?}" "${KEY:?}" "${KEY_ID:?}" "${CITY_KEYS:?}"
KEY_TYPE=${KEY_TYPE:-ecdsa-p256-sha256}
authority=${CITY#*://}
umask 077
mkdir -p "$folder/documents"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "pull: $*" >&2
  exit 1
}
base64_of() { openssl base64 -A; }
bytes_of() { openssl base64 -d -A; }
hex_to_bytes() { printf '%b' "$(sed 's/../\\x&/g')"; }
bytes_to_hex() { od -An -v -tx1 | tr -d ' \n'; }

# An ECDSA signature is r‖s, 32 bytes each, in RFC 9421 (section 3.3.4) and a DER sequence of two integers in openssl. SM2 is DER in both.
der_to_rs() {
  openssl asn1parse -inform DER | sed -n 's/.*INTEGER *:\([0-9A-F]*\)$/\1/p' | while read -r integer; do
    printf '%64s' "$integer" | tr ' ' 0
  done | tr A-F a-f | hex_to_bytes
}
der_integer() { # an unsigned number in hexadecimal as a DER integer in hexadecimal: no zeros before it but where its first bit would be a sign
  local number=$1
  while [ ${#number} -gt 2 ] && [ "${number:0:2}" = 00 ]; do number=${number:2}; done
  [[ ${number:0:1} == [89a-f] ]] && number=00$number
  printf '02%02x%s' $((${#number} / 2)) "$number"
}
rs_to_der() {
  local rs both
  rs=$(bytes_to_hex)
  [ ${#rs} -eq 128 ] || fail 'a signature that is not 64 bytes'
  both=$(der_integer "${rs:0:64}")$(der_integer "${rs:64}")
  printf '30%02x%s' $((${#both} / 2)) "$both" | hex_to_bytes
}

sign() { # stdin → signature on stdout
  cat > "$work/to-sign"
  case $KEY_TYPE in
    ecdsa-p256-sha256) openssl dgst -sha256 -sign "$KEY" "$work/to-sign" | der_to_rs ;;
    sm2-sm3) openssl dgst -sm3 -sigopt distid:1234567812345678 -sign "$KEY" "$work/to-sign" ;;
    *) fail "no such key type: $KEY_TYPE" ;;
  esac
}

# verify KEY_ID SIGNATURE_IN_BASE64 FILE. Which algorithm is the key's is known beforehand, and never read from a message.
verify() {
  local key="$CITY_KEYS/$1.pem" type
  [[ $1 =~ ^[A-Za-z0-9._-]+$ && -f $key ]] || fail "signed with a key that the city did not tell: $1"
  type=$(cat "$CITY_KEYS/$1.type")
  printf %s "$2" | bytes_of > "$work/signature"
  case $type in
    ecdsa-p256-sha256)
      rs_to_der < "$work/signature" > "$work/signature.der"
      openssl dgst -sha256 -verify "$key" -signature "$work/signature.der" "$3" > /dev/null
      ;;
    sm2-sm3) openssl dgst -sm3 -sigopt distid:1234567812345678 -verify "$key" -signature "$work/signature" "$3" > /dev/null ;;
    *) fail "no such key type: $type" ;;
  esac || fail "a signature of $1 is wrong"
}

digest_of() { printf 'sha-256=:%s:' "$(openssl dgst -sha256 -binary "$1" | base64_of)"; }
header() { # of the last answer
  tr -d '\r' < "$work/head" | sed -n "s/^$1: *//Ip" | tail -n 1
}

# call METHOD PATH BODY_FILE OUT_FILE [HEADER…]: signs, sends, verifies the answer. Leaves the status in $status.
call() {
  local method=$1 target="$CITY$2" body=$3 out=$4 created digest parameters signature arguments=()
  shift 4
  created=$(date +%s)
  digest=$(digest_of "$body")
  parameters="(\"@method\" \"@target-uri\" \"@authority\" \"content-digest\");created=$created;expires=$((created + 300))"
  parameters+=";nonce=\"$(openssl rand -hex 16)\";keyid=\"$KEY_ID\""
  signature=$(printf '"@method": %s\n"@target-uri": %s\n"@authority": %s\n"content-digest": %s\n"@signature-params": %s' \
    "$method" "$target" "$authority" "$digest" "$parameters" | sign | base64_of)
  [ -s "$body" ] && arguments+=(--header 'Content-Type: application/json' --data-binary "@$body")
  [ -n "${CONNECT:-}" ] && arguments+=(--connect-to "$CONNECT")
  for extra in "$@"; do arguments+=(--header "$extra"); done
  status=$(curl --silent --show-error --max-time 120 --noproxy '*' --request "$method" "${arguments[@]}" \
    --header "Content-Digest: $digest" --header "Signature-Input: sig1=$parameters" --header "Signature: sig1=:$signature:" \
    --dump-header "$work/head" --output "$out" --write-out '%{http_code}' "$target")
  [ -e "$out" ] || : > "$out"
  verify_answer "$method" "$target" "$digest" ":$signature:" "$out"
}

# The city's signature binds its answer to our request: what of the request is covered is marked `;req` (RFC 9421 section 2.4).
verify_answer() {
  local method=$1 target=$2 digest=$3 ours=$4 out=$5 input label member components key_id created component value
  input=$(header signature-input)
  label=${input%%=*}
  member=${input#*=}
  components=${member%%)*}
  key_id=$(sed -n 's/.*;keyid="\([^"]*\)".*/\1/p' <<< "$member")
  created=$(sed -n 's/.*;created=\([0-9]*\).*/\1/p' <<< "$member")
  [ -n "$key_id" ] && [ -n "$created" ] || fail "an answer $status that is not signed"
  [ $((created - $(date +%s))) -le 300 ] && [ $(($(date +%s) - created)) -le 300 ] || fail 'an answer that is not of now'
  [ "$(header content-digest)" = "$(digest_of "$out")" ] || fail 'the content is not that of the digest'
  components=${components#(}
  for component in '"@status"' '"content-digest"' '"@method";req' '"@authority";req' '"signature";req;key="sig1"'; do
    [[ "$components " == *"$component "* ]] || fail "an answer that does not cover $component"
  done
  : > "$work/base"
  for component in $components; do
    case $component in
      '"@status"') value=$status ;;
      '"@method";req') value=$method ;;
      '"@target-uri";req') value=$target ;;
      '"@path";req') value=/${target#*://*/} value=${value%%\?*} ;;
      # None of our addresses has a query, and of none this is the value (section 2.2.7).
      '"@query";req') value='?' ;;
      '"@authority";req') value=$authority ;;
      '"content-digest";req') value=$digest ;;
      '"signature";req;key="sig1"') value=$ours ;;
      \"[a-z]*\") value=$(header "$(tr -d '"' <<< "$component")") ;;
      *) fail "an answer that covers what we do not know: $component" ;;
    esac
    printf '%s: %s\n' "$component" "$value" >> "$work/base"
  done
  printf '"@signature-params": %s' "$member" >> "$work/base"
  value=$(header signature)
  value=${value#"$label"=:}
  verify "$key_id" "${value%:}" "$work/base"
}

: > "$work/empty"

# One key for one request: asked again after a broken line, the city gives the same dossier.
[ -e "$folder/idempotency-key" ] || openssl rand -hex 16 > "$folder/idempotency-key"
for _ in $(seq 60); do
  call POST /v1/dossiers "$request" "$folder/manifest.json" "Idempotency-Key: $(cat "$folder/idempotency-key")"
  [ "$status" = 202 ] || break
  sleep "$(header retry-after)"
done
[ "$status" = 201 ] || fail "the city says $status: $(cat "$folder/manifest.json")"

# The seal is made over the canonical manifest (RFC 8785) without `signature`; the manifest comes in canonical form, so that is a cut.
[ "$(grep -o '"signature":"[^"]*"' "$folder/manifest.json" | wc -l)" -eq 1 ] || fail 'not one seal'
sed 's/,"signature":"[^"]*"//' "$folder/manifest.json" | tr -d '\n' > "$work/sealed"
seal=$(grep -o '"seal":{[^}]*}' "$folder/manifest.json")
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" <<< "$2"; }
verify "$(field keyId "$seal")" "$(field signature "$seal")" "$work/sealed"

# Canonical members are in order: in each document `id`, then `mediaType`, then `sha256`.
id=$(grep -o '"id":"[^"]*","late"' "$folder/manifest.json" | cut -d '"' -f 4)
[ -n "$id" ] || fail 'a manifest without an id'
grep -o '"id":"[^"]*","mediaType":"[^"]*"[^}]*"sha256":"[0-9a-f]*"' "$folder/manifest.json" > "$work/documents" || true
while read -r entry; do
  document=$(field id "$entry")
  # It becomes a file name.
  [[ $document =~ ^[A-Za-z0-9_-][A-Za-z0-9._-]*$ ]] || fail "not an id of a document: $document"
  call GET "/v1/dossiers/$id/documents/$document" "$work/empty" "$folder/documents/$document"
  [ "$status" = 200 ] || fail "document $document: the city says $status"
  printf '%s  %s\n' "$(field sha256 "$entry")" "$folder/documents/$document" >> "$work/hashes"
done < "$work/documents"
[ -e "$work/hashes" ] && { sha256sum --check --quiet "$work/hashes" >&2 || fail 'a document is not the one that was sealed'; }

printf '{"manifestSha256":"%s"}' "$(sha256sum "$folder/manifest.json" | cut -d ' ' -f 1)" > "$work/receipt.json"
call POST "/v1/dossiers/$id/receipt" "$work/receipt.json" "$work/answer"
[ "$status" = 204 ] || fail "receipt: the city says $status"
echo "pull: dossier $id, $(wc -l < "$work/documents") documents, all as sealed" >&2

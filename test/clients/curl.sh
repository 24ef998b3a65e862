# Sourced by run: the checks by curl. Uses its variables ($http, $grpc, $tmp, $here, $pid) and
# functions (ok, bad, check, judge).
# shellcheck shell=bash disable=SC2154

json='content-type: application/json'
proto='content-type: application/x-protobuf'

# call URL ARGUMENT...: sets code, type and body (a file); never waits for more than 20 seconds.
call() {
  local url=$1
  shift
  body=$tmp/body
  head=$tmp/head
  : >"$body"
  : >"$head"
  code=$(curl -sS --max-time 20 -o "$body" -D "$head" -w '%{http_code}' "$@" "$url" 2>"$tmp/curl.err")
  type=$(field content-type)
}

# The last value of a header or trailer of the answer.
field() {
  tr -d '\r' <"$head" | sed -n "s/^$1: *//Ip" | tail -n 1
}

described() {
  echo "code $code, type '$type', body '$(head -c 300 "$body" | tr -d '\000')' $(cat "$tmp/curl.err")"
}

# payload SIGNAL CHECK FILE: one item in OTLP/JSON.
payload() {
  sed -e "s/@CHECK@/$2/" -e "s/@PASSWORD@/$TEST_PASSWORD/" -e "s/@TOKEN@/$TEST_TOKEN/" \
    "$here/payloads/$1.json" >"$3"
}

# encoded SIGNAL CHECK FILE: one item in binary protobuf.
encoded() {
  python3 "$here/encode.py" "$1" "$2" "$TEST_PASSWORD" "$TEST_TOKEN" >"$3"
}

# deflated: zlib, which is what HTTP means by deflate.
deflated() {
  python3 -c 'import sys, zlib; sys.stdout.buffer.write(zlib.compress(sys.stdin.buffer.read()))'
}

# A success is {} in JSON and nothing in protobuf, in the encoding of the request.
succeeded() { # NAME json|proto
  local wanted_type=application/json wanted={}
  [ "$2" = json ] || { wanted_type=application/x-protobuf && wanted=; }
  if [ "$code" = 200 ] && [ "$type" = "$wanted_type" ] && printf %s "$wanted" | cmp -s - "$body"; then
    ok "$1"
  else
    bad "$1" "$(described)"
  fi
}

# takes NAME SIGNAL json|proto FILE ARGUMENT...: posts the file, whose item is named NAME.
takes() {
  local name=$1 signal=$2 encoding=$3 file=$4 header
  shift 4
  header=$json
  [ "$encoding" = json ] || header=$proto
  echo "$name" >>"$tmp/expected/$signal"
  call "$http/v1/$signal" -H "$header" --data-binary "@$file" "$@"
  succeeded "$name" "$encoding"
}

curl_accepted() {
  local signal req=$tmp/request
  for signal in traces logs metrics; do
    payload "$signal" "json-$signal" "$req"
    takes "json-$signal" "$signal" json "$req"
    encoded "$signal" "proto-$signal" "$req"
    takes "proto-$signal" "$signal" proto "$req"
  done

  # Compressed, with and without a length, JSON and protobuf.
  payload traces json-gzip "$req" && gzip -c "$req" >"$req.gz"
  takes json-gzip traces json "$req.gz" -H 'content-encoding: gzip'
  payload traces json-gzip-chunked "$req" && gzip -c "$req" >"$req.gz"
  takes json-gzip-chunked traces json "$req.gz" -H 'content-encoding: gzip' -H 'transfer-encoding: chunked'
  encoded logs proto-gzip "$req" && gzip -c "$req" >"$req.gz"
  takes proto-gzip logs proto "$req.gz" -H 'content-encoding: GZIP'
  encoded logs proto-gzip-chunked "$req" && gzip -c "$req" >"$req.gz"
  takes proto-gzip-chunked logs proto "$req.gz" -H 'content-encoding: gzip' -H 'transfer-encoding: chunked'
  encoded metrics proto-deflate "$req" && deflated <"$req" >"$req.z"
  takes proto-deflate metrics proto "$req.z" -H 'content-encoding: deflate'
  if need zstd zstd; then
    encoded traces proto-zstd "$req" && zstd -q -c "$req" >"$req.zst"
    takes proto-zstd traces proto "$req.zst" -H 'content-encoding: zstd'
    payload logs json-zstd "$req" && zstd -q -c <"$req" >"$req.zst"
    takes json-zstd logs json "$req.zst" -H 'content-encoding: zstd'
  else
    echo "skipped zstd over HTTP: no zstd here"
  fi

  payload logs json-chunked "$req"
  takes json-chunked logs json "$req" -H 'transfer-encoding: chunked'
  payload traces json-charset "$req"
  takes json-charset traces json "$req" -H 'content-type:' -H 'Content-Type: Application/JSON; charset=utf-8'
  payload metrics json-h2c "$req"
  takes json-h2c metrics json "$req" --http2-prior-knowledge
  encoded traces proto-h2c "$req"
  takes proto-h2c traces proto "$req" --http2-prior-knowledge
  payload logs json-upgrade "$req"
  takes json-upgrade logs json "$req" --http2
  payload traces json-continue "$req"
  takes json-continue traces json "$req" -H 'expect: 100-continue'

  # Three requests on one connection, the second one refused.
  payload logs keep-alive "$req"
  echo keep-alive >>"$tmp/expected/logs"
  local kept
  kept=$(curl -sS --max-time 20 -w '%{http_code}/%{num_connects} ' -o "$tmp/body" -H "$json" \
    --data-binary '{}' "$http/v1/logs" --next -sS --max-time 20 -w '%{http_code}/%{num_connects} ' \
    -o "$tmp/body" -H "$json" --data-binary '[' "$http/v1/logs" --next -sS --max-time 20 \
    -w '%{http_code}/%{num_connects}' -o "$tmp/body" -H "$json" --data-binary "@$req" "$http/v1/logs")
  check 'a connection is kept' test "$kept" = '200/1 400/0 200/0'

  # What is empty succeeds, if it is legal.
  : >"$req"
  call "$http/v1/traces" -H "$proto" --data-binary "@$req"
  succeeded 'an empty protobuf body' proto
  call "$http/v1/logs" -H "$json" --data-binary '{}'
  succeeded 'an empty JSON object' json

  # Items without a usable id are refused one by one.
  payload zero_ids zero-ids "$req"
  echo zero-ids >>"$tmp/expected/traces"
  call "$http/v1/traces" -H "$json" --data-binary "@$req"
  partial 'zero ids are refused one by one' 2
  payload snake_case snake-case "$req"
  call "$http/v1/traces" -H "$json" --data-binary "@$req"
  partial 'snake_case ids are refused visibly' 1
}

# partial NAME COUNT: a partial success with that many rejected spans and a message.
partial() {
  if [ "$code" = 200 ] && grep -Eq "\"rejectedSpans\": *\"$2\"" "$body" && grep -q '"errorMessage": *"[^"]' "$body"; then
    ok "$1"
  else
    bad "$1" "$(described)"
  fi
}

# refused NAME CODE json|proto: what call got is a Status of that encoding.
refused() {
  local name=$1 wanted=$2 encoding=$3 wanted_type=application/json said
  [ "$encoding" = json ] || wanted_type=application/x-protobuf
  if [ "$code" != "$wanted" ] || [ "$type" != "$wanted_type" ]; then
    bad "$name" "$(described)"
  elif said=$(judge status "$encoding" "$body" 2>&1); then
    ok "$name"
  else
    bad "$name" "$said"
  fi
}

# A span with one field that decides.
span() {
  echo "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"name\":\"bad\",\"spanId\":\"b7ad6b7169203331\",$1}]}]}]}"
}

curl_refused() {
  local req=$tmp/request id='"traceId":"0af7651916cd43dd8448eb211c80319c"' name text

  call "$http/v1/traces" -X GET
  refused 'GET is 405' 405 json
  check '405 names POST' test "$(field allow)" = POST
  call "$http/v1/trace" -H "$json" --data-binary '{}'
  refused 'another path is 404' 404 json
  call "$http/" -H "$proto" --data-binary ''
  refused 'no path is 404, in protobuf' 404 proto
  call "$http/v1/traces" -H 'content-type: text/plain' --data-binary '{}'
  refused 'another type is 415' 415 json
  call "$http/v1/traces" -H 'content-type:' --data-binary '{}'
  refused 'no type is 415' 415 json
  call "$http/v1/traces" -H "$json" -H 'content-encoding: br' --data-binary '{}'
  case $code in
    400 | 415) refused 'another content encoding' "$code" json ;;
    *) bad 'another content encoding' "$(described)" ;;
  esac

  while IFS='|' read -r name text; do
    printf '%s' "$text" >"$req"
    call "$http/v1/traces" -H "$json" --data-binary "@$req"
    refused "$name is 400" 400 json
  done <<EOF
truncated JSON|{"resourceSpans":[{"resource"
an empty JSON body|
null|null
an array at the top|[]
trailing garbage|{} {}
an HTML page|<html><body>hello</body></html>
a base64 trace id|$(span '"traceId":"CvdlGRbNQ92ESOshHIAxnA=="')
a trace id of 31 digits|$(span '"traceId":"0af7651916cd43dd8448eb211c80319"')
a trace id that is not hex|$(span '"traceId":"zzf7651916cd43dd8448eb211c80319c"')
an enum by name|$(span "$id,\"kind\":\"SPAN_KIND_SERVER\"")
attributes as an object|$(span "$id,\"attributes\":{\"a\":\"b\"}")
EOF

  printf '{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"\xff\xfe"}]}]}]}' >"$req"
  call "$http/v1/traces" -H "$json" --data-binary "@$req"
  refused 'invalid UTF-8 is 400' 400 json
  { printf '{"zz":' && head -c 100000 /dev/zero | tr '\0' '['; } >"$req"
  call "$http/v1/logs" -H "$json" --data-binary "@$req"
  refused '100,000 opening brackets are 400' 400 json
  encoded traces malformed "$req.full" && head -c 40 "$req.full" >"$req"
  call "$http/v1/traces" -H "$proto" --data-binary "@$req"
  refused 'truncated protobuf is 400' 400 proto
  call "$http/v1/traces" -H "$json" --data-binary "@$req.full"
  refused 'protobuf sent as JSON is 400' 400 json
  call "$http/v1/traces" -H "$json" -H 'content-encoding: gzip' --data-binary '{}'
  refused 'gzip announced but not sent is 400' 400 json

  # The name of what is wrong, and never its content.
  span '"traceId":"hunter2-hunter2"' >"$req"
  call "$http/v1/traces" -H "$json" --data-binary "@$req"
  check 'a 400 names the path' grep -qF 'resourceSpans[0].scopeSpans[0].spans[0].traceId' "$body"
  check 'a 400 does not quote' bash -c "! grep -q hunter2 '$body'"
}

# Legal JSON of a size in bytes, so that only the size can be refused.
big() {
  printf '{"zz":"'
  head -c "$1" /dev/zero | tr '\0' a
  printf '"}'
}

# The most memory that the gateway had resident so far, where /proc tells.
peak_mib() {
  sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB$/\1/p' "/proc/$pid/status" 2>/dev/null | awk '{print int($1 / 1024)}'
}

curl_oversize() {
  local req=$tmp/request before after started

  before=$(peak_mib)
  started=$SECONDS
  big 5000000 >"$req"
  call "$http/v1/traces" -H "$json" -H 'expect:' --data-binary "@$req"
  refused 'too large by its length is 413' 413 json
  check '413 asks for no retry' test -z "$(field retry-after)"
  call "$http/v1/traces" -H "$json" -H 'expect: 100-continue' --data-binary "@$req"
  refused 'too large, asked first, is 413' 413 json
  call "$http/v1/traces" -H "$proto" -H 'expect:' --data-binary "@$req"
  refused 'too large is 413, in protobuf' 413 proto
  call "$http/v1/traces" -H "$json" --http2-prior-knowledge --data-binary "@$req"
  refused 'too large over h2c is 413' 413 json
  # 400 MB in 0.4 MB, and just over the limit in next to nothing.
  big 400000000 | gzip -1 >"$req.gz"
  call "$http/v1/traces" -H "$json" -H 'content-encoding: gzip' --data-binary "@$req.gz"
  refused 'a gzip bomb is 413' 413 json
  big 4500000 | gzip -9 >"$req.gz"
  call "$http/v1/logs" -H "$json" -H 'content-encoding: gzip' --data-binary "@$req.gz"
  refused 'just too large when inflated is 413' 413 json
  if command -v zstd >/dev/null; then
    big 1000000000 | zstd -q >"$req.zst"
    call "$http/v1/traces" -H "$json" -H 'content-encoding: zstd' --data-binary "@$req.zst"
    refused 'a zstd bomb is 413' 413 json
  fi
  endless | {
    call "$http/v1/traces" -X POST -H "$json" -H 'expect:' -T -
    echo "$code" >"$tmp/endless"
  }
  check 'an endless body is 413' test "$(cat "$tmp/endless")" = 413
  check 'oversize is refused quickly' test $((SECONDS - started)) -le 20
  after=$(peak_mib)
  if [ -n "$before" ]; then
    check 'oversize costs no memory' test $((after - before)) -le 96
  fi
  check 'still ready' curl -sS -f --max-time 2 -o /dev/null "$admin/readyz"
}

endless() {
  printf '{"zz":"'
  tr '\0' a </dev/zero 2>/dev/null
}

# --- gRPC by hand: five bytes, then the message ---

service=opentelemetry.proto.collector

# grpc_call PATH FILE ARGUMENT...: sets grpc_status besides.
grpc_call() {
  local path=$1 file=$2
  shift 2
  call "$grpc/$path" --http2-prior-knowledge -X POST -H 'content-type: application/grpc' -H 'te: trailers' \
    --data-binary "@$file" "$@"
  grpc_status=$(field grpc-status)
}

# grpc_refused NAME STATUS: Trailers-Only, which shows as headers that end with the status.
grpc_refused() {
  if [ "$code" = 200 ] && [ "$grpc_status" = "$2" ] && [ -n "$(field grpc-message)" ] && [ ! -s "$body" ] &&
    tr -d '\r' <"$head" | sed '/^$/q' | grep -qi '^grpc-status:'; then
    ok "$1"
  else
    bad "$1" "grpc-status '$grpc_status', $(described), head: $(cat "$head")"
  fi
}

curl_grpc() {
  local req=$tmp/request signal path
  for signal in traces:trace.v1.Trace logs:logs.v1.Logs metrics:metrics.v1.Metrics; do
    path=$service.${signal#*:}Service/Export
    signal=${signal%%:*}
    encoded "$signal" "grpc-$signal" "$req.pb"
    python3 "$here/encode.py" frame <"$req.pb" >"$req"
    echo "grpc-$signal" >>"$tmp/expected/$signal"
    grpc_call "$path" "$req"
    check "grpc-$signal" test "$code/$grpc_status/$(od -An -tx1 "$body" | tr -d ' \n')" = 200/0/0000000000

    encoded "$signal" "grpc-gzip-$signal" "$req.pb"
    gzip -c "$req.pb" | python3 "$here/encode.py" frame 1 >"$req"
    echo "grpc-gzip-$signal" >>"$tmp/expected/$signal"
    grpc_call "$path" "$req" -H 'grpc-encoding: gzip'
    check "grpc-gzip-$signal" test "$code/$grpc_status" = 200/0
  done
  path=$service.trace.v1.TraceService/Export
  if command -v zstd >/dev/null; then
    encoded traces grpc-zstd "$req.pb"
    zstd -q -c <"$req.pb" | python3 "$here/encode.py" frame 1 >"$req"
    echo grpc-zstd >>"$tmp/expected/traces"
    grpc_call "$path" "$req" -H 'grpc-encoding: zstd'
    check grpc-zstd test "$code/$grpc_status" = 200/0
  fi

  : | python3 "$here/encode.py" frame >"$req"
  grpc_call "$path" "$req"
  check 'an empty gRPC request' test "$code/$grpc_status" = 200/0
  encoded traces malformed "$req.pb" && head -c 40 "$req.pb" | python3 "$here/encode.py" frame >"$req"
  grpc_call "$path" "$req"
  grpc_refused 'a malformed gRPC request is INVALID_ARGUMENT' 3
  grpc_call "$service.profiles.v1.ProfilesService/Export" "$req"
  grpc_refused 'another gRPC service is UNIMPLEMENTED' 12

  # A length of 70 MiB, then bytes that come slowly: refused by the length alone. curl would go on
  # sending, so the answer is read while it does.
  local tenths=50 sender
  : >"$tmp/head"
  : >"$tmp/body"
  { printf '\0\x04\x60\0\0' && sleep 1 && printf aaaaaaaa && sleep 5; } |
    curl -sS --max-time 10 -o "$tmp/body" -D "$tmp/head" --http2-prior-knowledge -X POST -T - \
      -H 'content-type: application/grpc' -H 'te: trailers' "$grpc/$path" 2>/dev/null &
  sender=$!
  while [ "$tenths" -gt 0 ] && ! grep -qi '^grpc-message' "$tmp/head"; do
    sleep 0.1
    tenths=$((tenths - 1))
  done
  kill "$sender" 2>/dev/null
  wait "$sender" 2>/dev/null
  head=$tmp/head body=$tmp/body code=200 type=$(field content-type)
  grpc_status=$(field grpc-status)
  grpc_refused 'too large over gRPC is RESOURCE_EXHAUSTED, by its length' 8
  check 'too large over gRPC has no RetryInfo' test -z "$(field grpc-status-details-bin)"
}

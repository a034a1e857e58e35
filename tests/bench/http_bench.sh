#!/bin/bash
# Compares the front door with nginx on the same 10-product body, one worker each, both with their
# access log on, alternating. usage: http_bench.sh HTTP_BENCH_PROGRAM [SECONDS] [ROUNDS]
set -eu
program=$(realpath "$1") seconds=${2:-4} rounds=${3:-3}
work=$(mktemp -d) nginx_port=18480 hub_port=18481
trap 'kill $(cat "$work/nginx.pid" 2>/dev/null) $hub 2>/dev/null; rm -rf "$work"' EXIT

/usr/bin/python3 - > "$work/products" <<'PY'
import json
product = {"id": "prod_0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f", "name": "Solar loan 25 years 5.99 %", "kind": "loan",
           "lender": "mosaic", "term_months": 300, "apr": "5.99", "dealer_fee": "18.5", "min": {"amount": "5000.00",
           "currency": "USD"}, "max": {"amount": "150000.00", "currency": "USD"}, "states": ["CA", "NV", "AZ", "TX"],
           "valid_from": "2026-01-01", "valid_to": None, "version": 7}
print(json.dumps({"data": [product] * 10, "next_cursor": None, "has_more": False}), end="")
PY
cat > "$work/nginx.conf" <<CONF
worker_processes 1; pid $work/nginx.pid; error_log $work/error.log; daemon on;
events { worker_connections 1024; }
http { access_log $work/nginx_access.log; keepalive_requests 100000000; sendfile on; default_type application/json;
  server { listen 127.0.0.1:$nginx_port; root $work; } }
CONF
chmod 755 "$work"
nginx -c "$work/nginx.conf" -e "$work/error.log"
"$program" "$work/products" $hub_port "$work/hub_access.log" > "$work/hub.out" &
hub=$!
cat > "$work/keys.lua" <<'LUA'
request = function()
  local key = "lp_test_" .. string.rep("k", 32) .. (100 + math.random(0, 99))
  return wrk.format("GET", nil, {["Authorization"] = "Bearer " .. key})
end
LUA
for _ in $(seq 50); do grep -q listening "$work/hub.out" && break; read -rt 0.1 < /dev/zero || true; done

rate() { wrk -t1 -c64 -d"${seconds}s" "${@:2}" "http://127.0.0.1:$1" | tee "$work/wrk.out" | awk '/Requests\/sec/ {print $2}'
         ! grep -E "Non-2xx|Socket errors" "$work/wrk.out" >&2; }
for _ in $(seq "$rounds"); do
  n=$(rate "$nginx_port/products")
  h=$(rate "$hub_port/v1/orgs/org_0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f/products" -s "$work/keys.lua")
  awk -v n="$n" -v h="$h" 'BEGIN {printf "nginx %.0f hub %.0f ratio %.2f\n", n, h, h / n}'
done

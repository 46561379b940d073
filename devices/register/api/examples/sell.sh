#!/bin/sh
# sell.sh REF AMOUNT [ITEMS]: sells with curl, and is done when the sale is in the books. 1: it was not paid.
set -eu
sales=${TERMINAL:-http://127.0.0.1:8420}/v1/sales
# The same ref again is the same sale: whatever happens to this program, starting it again charges nothing twice.
again="--silent --show-error --fail-with-body --retry 5 --retry-connrefused"
curl $again --json "{\"ref\":\"$1\",\"amount\":$2${3:+,\"items\":$3}}" "$sales"
while :; do
  sale=$(curl $again "$sales/$1?wait=60")
  echo "$sale"
  case $sale in
    *'"state":"approved"'*) break ;;
    *'"state":"charging"'* | *'"state":"scan"'* | *'"state":"closing"'*) ;;
    # Not known yet, and no failure.
    *'"state":"unknown"'*) sleep 5 ;;
    *) exit 1 ;;
  esac
done
# Hand over here, then say that it is done; without this line the sale is owed to the customer.
curl $again --request POST "$sales/$1/ack"

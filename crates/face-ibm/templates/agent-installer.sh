#!/bin/sh
# Installs the Strongroom agent @VERSION@ for Linux. Needs a POSIX shell, and curl or wget. No root is needed:
# everything goes below --prefix.
set -eu

version='@VERSION@'

usage() {
    cat <<'USAGE'
usage: sh strongroom-agent-@VERSION@.sh --server URL --tenant ID --api-key-file FILE [options]

  --server URL         the Strongroom server, such as https://backup.example.org
  --tenant ID          the tenant; a slash at its end belongs to it
  --api-key-file FILE  a file that holds an API key
  --api-key KEY        the API key itself; other users of this machine may see it while this runs, so prefer
                       the file, or the variable STRONGROOM_API_KEY
  --prefix DIR         where to install; $HOME/.local when not given
  --endpoint NAME      the name or address that this host is registered under; its host name when not given
  --upgrade            replace the agent below --prefix and keep its settings
USAGE
}

fail() {
    printf 'strongroom-agent installer: %s\n' "$1" >&2
    exit 1
}

server='' tenant='' prefix='' endpoint='' upgrade=no
key=${STRONGROOM_API_KEY:-}
while [ $# -gt 0 ]; do
    case $1 in
    --server | --tenant | --prefix | --endpoint | --api-key | --api-key-file)
        [ $# -ge 2 ] || fail "$1 needs a value"
        case $1 in
        --server) server=${2%/} ;;
        --tenant) tenant=$2 ;;
        --prefix) prefix=$2 ;;
        --endpoint) endpoint=$2 ;;
        --api-key) key=$2 ;;
        --api-key-file) key=$(cat -- "$2") || fail "the file $2 cannot be read" ;;
        esac
        shift 2
        ;;
    --upgrade)
        upgrade=yes
        shift
        ;;
    --help | -h)
        usage
        exit 0
        ;;
    *)
        usage >&2
        fail "$1 is not known"
        ;;
    esac
done

[ -n "$prefix" ] || prefix=${HOME:?is not set, so --prefix is needed}/.local
command -v curl >/dev/null 2>&1 || command -v wget >/dev/null 2>&1 || fail 'curl or wget is needed'
umask 077

# The files of the agent, and nothing else, are made below the prefix; `uninstall` removes the same.
mkdir -p -- "$prefix"
prefix=$(cd -- "$prefix" && pwd)
program=$prefix/bin/strongroom-agent
settings=$prefix/etc/strongroom-agent

if [ "$upgrade" = yes ]; then
    [ -r "$settings/server" ] || fail "there is no agent below $prefix"
else
    [ -n "$server" ] || fail '--server is needed'
    [ -n "$tenant" ] || fail '--tenant is needed'
    [ -n "$key" ] || fail '--api-key-file is needed'
    case $tenant$server in
    *[\"\\[:space:]]*) fail 'neither a URL nor a tenant holds quotes, backslashes or blanks' ;;
    esac
    [ -n "$endpoint" ] || endpoint=$(hostname 2>/dev/null || uname -n)
    case $endpoint in
    '' | *[!A-Za-z0-9._:-]*) fail "$endpoint is no host name or address" ;;
    esac
    mkdir -p -- "$settings"
    printf '%s\n' "$server" >"$settings/server"
    printf '%s\n' "$tenant" >"$settings/tenant"
    printf '%s\n' "$endpoint" >"$settings/endpoint"
    printf '%s\n' "$key" >"$settings/api-key"
fi

mkdir -p -- "$prefix/bin"
cat >"$program.new" <<'AGENT'
#!/bin/sh
# The Strongroom agent: registers this host, reports its version, and upgrades itself when it is asked to.
set -eu
umask 077

version='@VERSION@'
prefix=$(cd -- "$(dirname -- "$0")/.." && pwd)
program=$prefix/bin/strongroom-agent
settings=$prefix/etc/strongroom-agent

fail() {
    printf 'strongroom-agent: %s\n' "$1" >&2
    exit 1
}

setting() {
    cat -- "$settings/$1" || fail "the setting $1 cannot be read; install the agent again"
}

# Sends the file $work/body to the path $1 as the media type $2; the answer goes to $work/answer. Succeeds
# with a status of 2xx only. Secrets travel in files, not in arguments; but wget takes its headers, and so the
# token, which is good for an hour, from its arguments alone.
send() {
    token=''
    [ ! -s "$work/token" ] || token=$(cat "$work/token")
    if command -v curl >/dev/null 2>&1; then
        {
            printf 'header = "Content-Type: %s"\n' "$2"
            printf 'header = "X-IBM-Tenant-ID: %s"\n' "$(setting tenant)"
            [ -z "$token" ] || printf 'header = "Authorization: Bearer %s"\n' "$token"
        } >"$work/headers"
        status=$(curl -sS -m 60 -K "$work/headers" --data-binary "@$work/body" -o "$work/answer" \
            -w '%{http_code}' "$(setting server)$1") || return 1
        case $status in
        2??) return 0 ;;
        *) return 1 ;;
        esac
    fi
    path=$1
    set -- --header="Content-Type: $2" --header="X-IBM-Tenant-ID: $(setting tenant)"
    [ -z "$token" ] || set -- "$@" --header="Authorization: Bearer $token"
    # Some wgets of busybox have no -T, and crash over it.
    ! wget --help 2>&1 | grep -q -e '-T' || set -- -T 60 "$@"
    wget -q "$@" --post-file="$work/body" -O "$work/answer" "$(setting server)$path"
}

# A text of JSON at the top of the answer, by its name.
text_of() {
    sed -n 's/.*"'"$1"'" *: *"\([^"\\]*\)".*/\1/p' "$work/answer"
}

authenticate() {
    : >"$work/token"
    escaped=$(setting api-key | tr -d '\n' | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g')
    printf 'grant_type=urn%%3Aibm%%3Aparams%%3Aoauth%%3Agrant-type%%3Aapikey&apikey=%s' "$escaped" >"$work/body"
    send /identity/token application/x-www-form-urlencoded ||
        fail "no token could be had from $(setting server): $(said)"
    text_of access_token >"$work/token"
    [ -s "$work/token" ] || fail 'the server answered without a token'
}

said() {
    [ ! -s "$work/answer" ] || head -c 2000 "$work/answer"
}

report() {
    printf '{"endpoint":"%s","version":"%s"}' "$(setting endpoint)" "$version" >"$work/body"
    send /agents/contact application/json
}

# Registers this host unless it is, and reports.
contact() {
    work=$(mktemp -d)
    trap 'rm -rf -- "$work"' EXIT
    trap 'exit 1' HUP INT TERM
    : >"$work/answer"
    authenticate
    if ! report 2>/dev/null; then
        printf '{"environment":"kPhysical","physicalParams":{"endpoint":"%s","hostType":"kLinux"}}' \
            "$(setting endpoint)" >"$work/body"
        send /v2/data-protect/sources/registrations application/json ||
            fail "the host could not be registered: $(said)"
        report || fail "the server did not take the report: $(said)"
    fi
    wanted=$(text_of upgradeTo)
    if [ -n "$wanted" ] && [ "$wanted" != "$version" ] && [ -z "${STRONGROOM_AGENT_UPGRADED:-}" ]; then
        upgrade
    fi
    rm -rf -- "$work"
    trap - EXIT HUP INT TERM
}

# Fetches the installer, sees that it is whole, and lets it replace this file; the new agent then reports.
upgrade() {
    printf '{"platform":"kLinux","linuxParams":{"packageType":"kScript"}}' >"$work/body"
    send /v2/data-protect/agents/download application/json || fail 'the new version could not be fetched'
    mv -- "$work/answer" "$work/installer"
    [ "$(tail -n 1 "$work/installer")" = '# End of the installer.' ] || fail 'the new version came incomplete'
    sh -n "$work/installer" || fail 'the new version is damaged'
    STRONGROOM_AGENT_UPGRADED=yes sh "$work/installer" --upgrade --prefix "$prefix"
}

uninstall() {
    rm -rf -- "$settings"
    rm -f -- "$program" "$program.new"
    # Only what is empty by now goes too.
    rmdir -- "$prefix/etc" "$prefix/bin" 2>/dev/null || :
    printf 'The agent is removed. The registration of this host stays, for its snapshots.\n'
}

case ${1:-} in
contact) contact ;;
run)
    # Each contact in a shell of its own: one that fails does not end the rest, and an upgrade is taken up.
    while :; do
        "$program" contact || :
        sleep "${2:-300}"
    done
    ;;
version) printf '%s\n' "$version" ;;
uninstall) uninstall ;;
*)
    cat <<'USAGE'
usage: strongroom-agent contact         register this host if need be, report, upgrade if asked to
       strongroom-agent run [SECONDS]   the same every SECONDS, 300 when not given
       strongroom-agent version         print the agent's version
       strongroom-agent uninstall       remove the agent and its settings
USAGE
    [ $# -eq 0 ] || exit 2
    ;;
esac
exit
AGENT
chmod 700 "$program.new"
mv -f -- "$program.new" "$program"

"$program" contact
printf 'The Strongroom agent %s is installed as %s.\n' "$version" "$program"
if [ "$upgrade" = no ]; then
    printf 'To stay in contact, let a service manager run "%s run", or cron "%s contact".\n' "$program" "$program"
fi
exit
# End of the installer.

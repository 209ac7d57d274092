#!/bin/sh
# Writes the configuration and the two scripts from the environment, then becomes the tunnel: signals reach it, and its exit
# status is the container's.
#
#   /hs5t.yml        configuration
#   /route.sh        post-up: routes and rules, then /success
#   /route-down.sh   pre-down: takes back what /route.sh has done, the last thing first
#
# Order of the rules, the first that fits decides:
#   1       marked packets: the tunnel's own              → main
#   20000   excluded networks                             → main
#   20001   networks of eth0                              → main
#   20002   included networks                             → TABLE: the TUN
set -eu

root=${PENSTOCK_ROOT:-}                 # where the files go; empty in a container
program=${PENSTOCK_PROGRAM:-/usr/bin/penstock}
config=$root/hs5t.yml
up=$root/route.sh
down=$root/route-down.sh
undo=$root/route.undo
success=$root/success

TUN=${TUN:-tun0}
MTU=${MTU:-8500}
IPV4=${IPV4:-198.18.0.1}
IPV6=${IPV6:-}
ICMP=${ICMP:-off}
TABLE=${TABLE:-20}
CONFIG_ROUTES=${CONFIG_ROUTES:-1}
# Without routes nothing looks at a mark.
if [ "$CONFIG_ROUTES" = 0 ]; then MARK=${MARK:-0}; else MARK=${MARK:-438}; fi
SOCKS5_ADDR=${SOCKS5_ADDR:-172.17.0.1}
SOCKS5_PORT=${SOCKS5_PORT:-1080}
SOCKS5_USERNAME=${SOCKS5_USERNAME:-}
SOCKS5_PASSWORD=${SOCKS5_PASSWORD:-}
SOCKS5_UDP_MODE=${SOCKS5_UDP_MODE:-udp}
SOCKS5_UDP_ADDR=${SOCKS5_UDP_ADDR:-}
IPV4_INCLUDED_ROUTES=${IPV4_INCLUDED_ROUTES:-0.0.0.0/0}
IPV4_EXCLUDED_ROUTES=${IPV4_EXCLUDED_ROUTES:-}
IPV6_INCLUDED_ROUTES=${IPV6_INCLUDED_ROUTES:-::/0}
IPV6_EXCLUDED_ROUTES=${IPV6_EXCLUDED_ROUTES:-}
LOG_LEVEL=${LOG_LEVEL:-warn}

# A value as YAML takes it, whatever it holds.
quoted() {
    printf "'%s'" "$(printf %s "$1" | sed "s/'/''/g")"
}

# A list separated by commas, blanks or line breaks, as words.
words() {
    printf %s "$1" | tr ',\n' '  '
}

write_config() {
    umask 077
    {
        echo "tunnel:"
        echo "  name: $(quoted "$TUN")"
        echo "  mtu: $(quoted "$MTU")"
        echo "  ipv4: $(quoted "$IPV4")"
        if [ -n "$IPV6" ]; then echo "  ipv6: $(quoted "$IPV6")"; fi
        echo "  icmp: $(quoted "$ICMP")"
        echo "  post-up-script: $(quoted "$up")"
        echo "  pre-down-script: $(quoted "$down")"
        echo "socks5:"
        echo "  address: $(quoted "$SOCKS5_ADDR")"
        echo "  port: $(quoted "$SOCKS5_PORT")"
        echo "  udp: $(quoted "$SOCKS5_UDP_MODE")"
        if [ -n "$SOCKS5_UDP_ADDR" ]; then echo "  udp-address: $(quoted "$SOCKS5_UDP_ADDR")"; fi
        if [ -n "$SOCKS5_USERNAME" ]; then echo "  username: $(quoted "$SOCKS5_USERNAME")"; fi
        if [ -n "$SOCKS5_PASSWORD" ]; then echo "  password: $(quoted "$SOCKS5_PASSWORD")"; fi
        echo "  mark: $(quoted "$MARK")"
        echo "misc:"
        echo "  log-file: stderr"
        echo "  log-level: $(quoted "$LOG_LEVEL")"
    } >"$config"
}

# do_ip FAMILY OBJECT ...: adds, and notes how to take it back.
write_up() {
    cat >"$up" <<EOF
#!/bin/sh
undo='$undo'
: >"\$undo"
do_ip() {
    family=\$1 object=\$2
    shift 2
    if ip "\$family" "\$object" add "\$@"; then
        echo "ip \$family \$object del \$*" >>"\$undo"
    fi
}
EOF
    if [ "$CONFIG_ROUTES" != 0 ]; then
        {
            routes -4 "$(words "$IPV4_INCLUDED_ROUTES")" "$(words "$IPV4_EXCLUDED_ROUTES")"
            if [ -n "$IPV6" ]; then
                routes -6 "$(words "$IPV6_INCLUDED_ROUTES")" "$(words "$IPV6_EXCLUDED_ROUTES")"
            fi
        } >>"$up"
    fi
    echo ": >'$success'" >>"$up"
    chmod 755 "$up"
}

routes() {
    family=$1
    echo "do_ip $family route default dev $TUN table $TABLE"
    echo "do_ip $family rule fwmark $MARK lookup main pref 1"
    for network in $3; do echo "do_ip $family rule to $network lookup main pref 20000"; done
    cat <<EOF
for network in \$(ip $family -o addr show dev eth0 scope global 2>/dev/null | awk '{ print \$4 }'); do
    do_ip $family rule to "\$network" lookup main pref 20001
done
EOF
    for network in $2; do echo "do_ip $family rule to $network lookup $TABLE pref 20002"; done
}

write_down() {
    cat >"$down" <<EOF
#!/bin/sh
# Routes over the device go with it; rules do not.
rm -f '$success'
if [ -f '$undo' ]; then
    sed '1!G;h;\$!d' '$undo' | sh
    rm -f '$undo'
fi
EOF
    chmod 755 "$down"
}

rm -f "$success"
write_config
write_up
write_down
exec "$program" tunnel "$config"

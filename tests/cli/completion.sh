#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Each completion, in its own shell: exactly the options that the program has, and the
# words it gives for their values. With MINIKEY_REQUIRE_SHELLS=1 a missing shell is a
# failure.
# shellcheck disable=SC1091,SC2016,SC2154
. "$top_srcdir/tests/lib/tap.sh"

mkdir "$t/bin" "$t/home" "$t/there" || exit 99
ln -s "$MINIKEY" "$t/bin/minikey"
: >"$t/there/car.log"
PATH=$t/bin:$PATH HOME=$t/home TERM=dumb scratch=$t
export PATH HOME TERM scratch top_srcdir
unset XDG_CONFIG_HOME XDG_DATA_HOME ZDOTDIR BASH_ENV ENV || :

# The drivers read command lines and print for each what TAB offers, a word a line, and
# then "%%".

# COMP_WORDS is made as bash does it, COMP_WORDBREAKS being what it is by default.
cat >"$t/bash" <<'EOF'
. "$top_srcdir/completions/minikey" || exit
[[ $(complete -p minikey) == "complete -F _minikey minikey" ]] || exit
while IFS= read -r COMP_LINE; do
	COMP_POINT=${#COMP_LINE} cut=${COMP_LINE//:/ : }
	read -ra COMP_WORDS <<<"${cut//=/ = }"
	[[ $COMP_LINE != *" " ]] || COMP_WORDS+=("")
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_minikey minikey "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
	printf '%s\n' "${COMPREPLY[@]}" %%
done
EOF

# An interactive zsh on a pty, in which a key completes into a pipe instead of the line.
cat >"$t/zsh" <<'EOF'
zmodload zsh/zpty && mkfifo $scratch/fifo || exit
cat >$scratch/setup <<'END'
fpath=($top_srcdir/completions $fpath)
autoload -Uz compinit && compinit -u -d $scratch/zcompdump
compadd() {
	local -a some
	if [[ " ${(j. .)@[1,(i)(-|--)]} " == *" -"[a-zA-Z]#[OAD]" "* ]]; then
		builtin compadd "$@"
		return
	fi
	builtin compadd -O some "$@"
	got+=($some)
	builtin compadd "$@"
}
_capture() {
	got=()
	_main_complete
	compstate[insert]= compstate[list]=
	print -rl -- $got %% >$scratch/fifo
}
zle -C capture list-choices _capture
bindkey '^T' capture
bindkey '^U' kill-whole-line
# Not before the line editor has the terminal.
zle-line-init() {
	zle -D zle-line-init
	print ready >$scratch/fifo
}
zle -N zle-line-init
END
zpty -b z 'zsh -f -i'
zpty -w z "setopt extendedglob; PROMPT=; . $scratch/setup"
read -r ready <$scratch/fifo
while IFS= read -r line; do
	zpty -w -n z $'\C-U'"$line"$'\C-T'
	cat $scratch/fifo
	while zpty -r -t z; do :; done >/dev/null
done
zpty -d z
EOF

cat >"$t/fish" <<'EOF'
source $top_srcdir/completions/minikey.fish; or exit
while read -l line
    for word in (complete -C $line)
        echo (string split \t -- $word)[1]
    end
    echo %%
end
EOF

# What is typed, and what must be offered (+) and must not (-).
cat >"$t/table" <<'EOF'
minikey | + catalog dbc decode diagnose guide keys monitor program send sim status watch
minikey st|+ status - watch
minikey keys -i sim:r5|+ r53 r56 - r60
minikey keys --interface=sim:r6|+ r60 r61 - r53
minikey keys -i lo|+ log:
minikey sim -i |- r53 log:
minikey keys -c |+ r53 f56 j01
minikey keys --car=r6|+ r60 r61 - r53
minikey catalog f|+ f54 f67 - r53
minikey catalog f56 |- f56 r53
minikey sim |+ r50 r53 r59 f56 f66 j01
minikey sim --for 3s r|+ r53
minikey sim r53 |- r53
minikey send -i sim:r56 |+ Terminal Body - Ignition
minikey send --car=r53 |+ Ignition Body - Terminal
minikey send -c r53 Body |- Ignition
minikey send -c j01 |- Ignition Terminal
minikey monitor -c r56 --message Termi|+ Terminal - Body
minikey monitor -i sim:r53 --message=I|+ Ignition
minikey decode --message Termi|+ Terminal
minikey decode --signal Lock_S|+ Lock_State - Boot
minikey decode -c r56 --signal=Ignition_|+ Ignition_15
minikey decode --where Door_D|+ Door_Driver - Boot
minikey decode --plot Lock_State,Bo|+ Boot Bonnet - Lock_State
minikey decode --plot=Lock_State,Lock_S|- Lock_State Boot
minikey watch --only l|+ lock lid lost - door
minikey watch --only lock,do|+ door
minikey watch --only lock,l|+ lid lost - lock
minikey watch --until door.driver|+ open closed
minikey watch --until=door.driver=o|+ open
minikey diagnose --symptom no|+ none-works no-start - mirror
minikey guide |+ fob emergency-open digital-key - share
minikey guide --fob r|+ round - 2-button
minikey guide --fob round |+ fob
minikey guide digital-key s|+ share setup smartwatch - revoke
minikey guide fob |+ one-turn four-turns - share fob
minikey guide -c f6|+ f60 f67 - r53
minikey program --procedure |+ one-turn
minikey program --fobs |+ 1 2 3 4 - 5
minikey watch -i log:c|+ car.log
minikey watch --sim-script c|+ car.log
minikey sim r53 --script c|+ car.log
minikey decode --dbc=c|+ car.log
minikey decode --dbc can0=c|+ car.log
minikey links |+ up down restart - log: sim:r53
minikey links up --bitrate |+ 100k 500k
minikey links up |- sim:r53 log: up
minikey bridge lo|+ log:
minikey bridge sim:r53 sim:r5|+ r56
minikey dbc |+ check show - car.log
minikey dbc check c|+ car.log - check
minikey decode c|+ car.log
minikey keys c|- car.log
EOF
sed -i 's/^minikey | /minikey |/' "$t/table"

# The options of each command, and those of all.
"$MINIKEY" --dump-cli >"$t/cli" || exit 99
commands=$("$MINIKEY" --complete commands) || exit 99

# options COMMAND: sorted
options() {
	{
		awk -v c="$1" '$1 == c { for (i = 2; i <= NF; i++) if ($i ~ /^-/) print $i }' "$t/cli"
		printf '%s\n' --help --usage --version '-?' -V
	} | sort
}

# answer N: the driver's Nth
answer() {
	awk -v n="$1" 'BEGIN { i = 1 } $0 == "%%" { i++; next } i == n' "$t/answers"
}

# offers WORD...: each is in $out, alone or behind what stays on the line
offers() {
	for w; do
		printf '%s\n' "$out" | sed 's/.*[:=,]\(.\)/\1/' | grep -qxF -e "$w" ||
			printf '%s\n' "$out" | grep -qxF -e "$w" || return
	done
}

offers_none() {
	for w; do
		! offers "$w" || return
	done
}

# shell NAME: drive it over all lines at once, then judge
shell() {
	if ! command -v "$1" >/dev/null; then
		if [ "${MINIKEY_REQUIRE_SHELLS-}" = 1 ]; then
			ok "$1 is there" false
		else
			skip "$1's completion" "no $1"
		fi
		return
	fi
	case $1 in
	bash) set -- bash --norc "$t/bash" ;;
	zsh) set -- zsh -f "$t/zsh" ;;
	fish) set -- fish --no-config "$t/fish" ;;
	esac
	{
		for c in $commands; do echo "minikey $c -"; done
		cut -d '|' -f 1 "$t/table"
	} >"$t/lines"
	status=0
	(cd "$t/there" && timeout 60 "$@" <"$t/lines") >"$t/answers" 2>"$t/err" || status=$?
	out='' err=$(cat "$t/err")
	ok "$1 ran, and said nothing of errors" [ "$status" = 0 -a -z "$err" ]
	i=0
	for c in $commands; do
		i=$((i + 1))
		out=$(answer "$i" | sed 's/=$//' | sort -u)
		ok "$1: minikey $c - offers its options and no others" is "$out" "$(options "$c")"
	done
	while IFS='|' read -r line want; do
		i=$((i + 1))
		out=$(answer "$i")
		case $want in *' - '* | '- '*) no=${want#*- } yes=${want%%- *} ;; *) no='' yes=$want ;; esac
		# shellcheck disable=SC2086
		ok "$1: $line" offers ${yes#+}
		# shellcheck disable=SC2086
		[ -z "$no" ] || ok "$1: $line: not $no" offers_none $no
	done <"$t/table"
}

shell bash
shell zsh
shell fish
finish

#!/bin/sh
# The private configuration folder of one process of Amp's: what the user has, by links, and beside it
# our settings and our plugin, so that nothing of theirs is written to.
#   folder.sh make FOLDER   makes it, of FAIRLEAD_AMP_{ASK,MCP,SETTINGS,PLUGIN}
#   folder.sh end FOLDER    ends what carries it in its environment, and takes it away
folder=$2
theirs=${XDG_CONFIG_HOME:-$HOME/.config}
umask 077

link_all() {
  for entry in "$1"/* "$1"/.[!.]*; do
    case ${entry##*/} in "$3" | "$4" | "$5") continue ;; esac
    if test -e "$entry"; then ln -s "$entry" "$2/"; fi
  done
}

# What commands have made in it is the user's, and moves to where it would be without us: all but links
# and what is ours.
keep_all() {
  for entry in "$1"/* "$1"/.[!.]*; do
    case ${entry##*/} in "$3" | "$4" | "$5" | "$6") continue ;; esac
    if test -L "$entry" || ! test -e "$entry"; then continue; fi
    mkdir -p "$2"
    if test -d "$entry" && test -d "$2/${entry##*/}"; then
      cp -Rf "$entry/." "$2/${entry##*/}"
    else
      mv -f "$entry" "$2/"
    fi
  done
}

take_away() {
  keep_all "$1" "$theirs" amp
  keep_all "$1/amp" "$theirs/amp" plugins settings.json settings.jsonc fairlead
  rm -rf "$1"
}

# Amp runs commands in sessions of their own, where the end of its process group does not reach them.
carriers() {
  mark="XDG_CONFIG_HOME=$folder"
  if test -r /proc/self/environ; then
    grep -laF "$mark" /proc/[0-9]*/environ | while read -r file; do
      file=${file#/proc/}
      echo "${file%/environ}"
    done
  else
    ps -A -E -ww -o pid=,command= | while read -r pid rest; do
      case $rest in *"$mark"*) echo "$pid" ;; esac
    done
  fi
}

case $1 in
  make)
    set -e
    # Those of daemons that are gone.
    for old in "${folder%/*}"/*/amp/fairlead/owner; do
      # One that is just being made has none yet.
      test -s "$old" || continue
      kill -0 "$(cat "$old")" 2>/dev/null || take_away "${old%/amp/fairlead/owner}" || :
    done
    rm -rf "$folder"
    mkdir -p "$folder/amp/plugins" "$folder/amp/fairlead"
    echo "$PPID" >"$folder/amp/fairlead/owner"
    link_all "$theirs" "$folder" amp
    link_all "$theirs/amp" "$folder/amp" plugins settings.json settings.jsonc
    for entry in "$theirs/amp/plugins"/*; do
      if test -d "$entry"; then
        mkdir "$folder/amp/plugins/${entry##*/}"
        link_all "$entry" "$folder/amp/plugins/${entry##*/}"
      elif test -e "$entry"; then
        ln -s "$entry" "$folder/amp/plugins/"
      fi
    done
    ln -sf "$FAIRLEAD_AMP_PLUGIN" "$folder/amp/plugins/fairlead.ts"
    printf '%s' "$FAIRLEAD_AMP_SETTINGS" >"$folder/amp/settings.json"
    printf '%s' "$FAIRLEAD_AMP_ASK" >"$folder/amp/fairlead/ask.json"
    printf '%s' "$FAIRLEAD_AMP_MCP" >"$folder/amp/fairlead/mcp.json"
    cat >"$folder/amp/fairlead/permission" <<'PROGRAM'
#!/bin/sh
# Amp asks this before every call of a tool: no when the plugin that asks the user is not there. What
# it says is read to its end, for on a broken pipe Amp takes no answer at all.
cat >/dev/null
test -e "${0%/*}/asked" && exit 0
echo "Fairlead's plugin does not run in this Amp, so nobody could be asked." >&2
exit 2
PROGRAM
    chmod 700 "$folder/amp/fairlead/permission"
    ;;
  end)
    round=0
    while test "$round" -lt 20; do
      found=$(carriers 2>/dev/null | grep -vx "$$")
      test -n "$found" || break
      kill -9 $found 2>/dev/null
      round=$((round + 1))
    done
    take_away "$folder"
    ;;
esac

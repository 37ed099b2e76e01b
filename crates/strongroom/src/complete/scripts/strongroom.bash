# What the tab key does for strongroom in Bash. Put into ~/.bashrc:
#   source <(strongroom completions bash)

_strongroom() {
    # Bash breaks words at colons and equals signs; here they are put together again, up to the cursor.
    local line=${COMP_LINE:0:COMP_POINT} words=() piece last=-1 i
    for ((i = 0; i <= COMP_CWORD; i++)); do
        piece=${COMP_WORDS[i]}
        if [[ $i == 0 || $line == [[:blank:]]* ]]; then
            line=${line#"${line%%[![:blank:]]*}"}
            last=$((last + 1))
            words[last]=
        fi
        # What is behind the cursor does not count.
        [[ ${#piece} -le ${#line} ]] || piece=$line
        line=${line#"$piece"}
        words[last]+=$piece
    done
    local current=${words[last]} program=${1/#\~/$HOME}
    # What of the word Bash replaces: the part behind the last colon or equals sign.
    [[ $piece == *[![:blank:]:=]* ]] || piece=
    local before=${current%"$piece"} answer=() IFS=$'\n'
    answer=($("$program" __complete bash "=$current" "${words[@]:1:last-1}" 2>/dev/null))
    COMPREPLY=()
    case ${answer[0]-} in
    files)
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -f -- "$piece"))
        return
        ;;
    folders)
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -d -- "$piece"))
        return
        ;;
    esac
    local entry word quote= longest=0
    [[ $before$piece == [\"\']* ]] && quote=${current:0:1}
    # The part that is there already, as the answer has it: without quotes.
    [[ -z $quote ]] || before=${before#"$quote"}
    for entry in "${answer[@]:1}"; do
        word=${entry%%$'\t'*}
        word=${word#"$before"}
        [[ -n $quote ]] || printf -v word %q "$word"
        COMPREPLY+=("$word")
        [[ ${#word} -le $longest ]] || longest=${#word}
    done
    # A list is shown and nothing is inserted: now there is room for what the words mean.
    if [[ ${COMP_TYPE-} == 63 && ${#COMPREPLY[@]} -gt 1 ]]; then
        local width=${COLUMNS:-80} about
        for ((i = 0; i < ${#COMPREPLY[@]}; i++)); do
            about=${answer[i + 1]#*$'\t'}
            [[ -n $about ]] || continue
            printf -v word '%-*s  (%s)' "$longest" "${COMPREPLY[i]}" "$about"
            COMPREPLY[i]=${word:0:width-1}
        done
    fi
}

complete -o nosort -F _strongroom strongroom 2>/dev/null || complete -F _strongroom strongroom

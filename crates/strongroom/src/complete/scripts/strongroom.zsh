#compdef strongroom
# What the tab key does for strongroom in Zsh. Put into ~/.zshrc, after compinit:
#   source <(strongroom completions zsh)
# or the whole into a file _strongroom in a folder of $fpath.

_strongroom() {
    local current=${(Q)PREFIX}
    local -a answer words_before shown
    words_before=("${(@Q)words[2,CURRENT-1]}")
    (( CURRENT > 2 )) || words_before=()
    answer=("${(@f)$(command ${(Q)words[1]} __complete zsh "=$current" "${words_before[@]}" 2>/dev/null)}")
    case ${answer[1]} in
    files) _files; return ;;
    folders) _files -/; return ;;
    esac
    local entry word about
    for entry in "${(@)answer[2,-1]}"; do
        word=${entry%%$'\t'*}
        about=${entry#*$'\t'}
        shown+=("${word//:/\\:}${about:+:$about}")
    done
    # What fits was chosen already: it may also be the id of what is called so.
    (( ${#shown} )) && _describe -V strongroom shown -U
}

if [[ ${funcstack[1]} == _strongroom ]]; then
    _strongroom "$@"
else
    compdef _strongroom strongroom
fi

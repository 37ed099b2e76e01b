# What the tab key does for strongroom in fish. Put into ~/.config/fish/completions/strongroom.fish:
#   strongroom completions fish > ~/.config/fish/completions/strongroom.fish

function __strongroom_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l current (commandline --cut-at-cursor --current-token)
    set -l answer (command $words[1] __complete fish "=$current" $words[2..-1] 2>/dev/null)
    switch "$answer[1]"
        case files
            __fish_complete_path "$current"
        case folders
            __fish_complete_directories "$current"
        case '*'
            test (count $answer) -gt 1; and string join \n -- $answer[2..-1]
    end
end

complete --command strongroom --no-files --keep-order --arguments '(__strongroom_complete)'

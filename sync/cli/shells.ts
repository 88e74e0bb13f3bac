/**
 * What makes each shell complete the words of `lockstep`: it asks the program what fits (`complete`), and completes names of
 * the disk itself, since only the shell knows how they are quoted. The answer is a line that says which names fit, then a
 * line for each word, with a tab before what there is to say of it.
 */
import type { Completion } from "./complete.ts";
import type { Shell } from "./command_table.ts";

/** An answer to a shell. */
export function completionText({ offers, names }: Completion): string {
  return [names, ...offers.map(({ word, help }) => help === "" ? word : `${word}\t${help}`)].join("\n");
}

// Readline takes "=" and ":" for ends of words, so what stands without a space between is put together again, and what is
// offered loses the part before.
const BASH = `# bash completion for lockstep
_lockstep() {
  local rest=\${COMP_LINE:0:COMP_POINT} i gap word piece= kind line
  local -a words=()
  COMPREPLY=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    gap=0
    while [[ $rest == [[:space:]]* ]]; do rest=\${rest#?} gap=1; done
    word=\${COMP_WORDS[i]}
    if ((i == COMP_CWORD)); then word=$rest; fi
    rest=\${rest#"$word"}
    if ((gap || i == 0)); then words+=("$word"); else words[\${#words[@]} - 1]+=$word; fi
    piece=$word
  done
  if [[ $piece == [=:]* ]]; then piece=\${piece:1}; fi
  local last=\${words[\${#words[@]} - 1]}
  local front=\${last%"$piece"}
  {
    IFS= read -r kind
    while IFS= read -r line; do
      line=\${line%%$'\\t'*}
      COMPREPLY+=("\${line#"$front"}")
    done
  } < <(command lockstep completions words -- "\${words[@]:1}" 2>/dev/null)
  # readline quotes names as they must be
  case $kind in
    files) compopt -o default ;;
    folders) if ((\${#COMPREPLY[@]})); then compopt -o plusdirs; else compopt -o dirnames; fi ;;
  esac
}
complete -F _lockstep lockstep`;

const ZSH = `#compdef lockstep
_lockstep() {
  local kind line tab=$'\\t'
  local -a lines offers
  lines=("\${(@f)$(command lockstep completions words -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  kind=$lines[1]
  for line in "\${(@)lines[2,-1]}"; do
    if [[ $line == *$tab* ]]; then
      offers+=("\${\${line%%$tab*}//:/\\\\:}:\${line#*$tab}")
    elif [[ -n $line ]]; then
      offers+=("\${line//:/\\\\:}")
    fi
  done
  local -i found=1
  (( $#offers )) && _describe lockstep offers && found=0
  [[ $PREFIX == --*=* ]] && compset -P 1 '*='
  case $kind in
    files) _files && found=0 ;;
    folders) _files -/ && found=0 ;;
  esac
  return found
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _lockstep "$@"
else
  compdef _lockstep lockstep
fi`;

const FISH = `# fish completion for lockstep
function __lockstep_complete
    set -l words (commandline -opc)
    set -l last (commandline -ct)
    set -l lines (command lockstep completions words -- $words[2..-1] "$last" 2>/dev/null)
    set -l front (string match -r -- '^--[^=]+=' "$last")
    set -l begun (string replace -r -- '^--[^=]+=' '' "$last")
    if set -q lines[2]
        printf '%s\\n' $lines[2..-1]
    end
    switch "$lines[1]"
        case files
            __fish_complete_path "$begun" | string replace -r '^' -- "$front"
        case folders
            __fish_complete_directories "$begun" '' | string replace -r '^' -- "$front"
    end
end
complete -c lockstep -f -a '(__lockstep_complete)'`;

// With nothing offered, PowerShell completes names by itself. It leaves out empty words, so --next says that one begins.
const POWERSHELL = `# PowerShell completion for lockstep
Register-ArgumentCompleter -Native -CommandName lockstep -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @()
    foreach ($element in $commandAst.CommandElements) {
        if ($element.Extent.StartOffset -ge $cursorPosition) { break }
        $words += $element.Extent.Text.Trim("'", '"')
    }
    $asked = @('completions', 'words')
    if ($wordToComplete -eq '') { $asked += '--next' }
    $asked += '--'
    if ($words.Count -gt 1) { $asked += $words[1..($words.Count - 1)] }
    $program = Get-Command lockstep -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
    if ($null -eq $program) { return }
    $lines = @(& $program @asked 2>$null)
    $lines | Select-Object -Skip 1 | ForEach-Object {
        $word, $help = $_ -split [char]9, 2
        if (-not $help) { $help = $word }
        [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $help)
    }
}`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH, powershell: POWERSHELL };

/** The script that a shell is to read. */
export function scriptFor(shell: Shell): string {
  return SCRIPTS[shell];
}

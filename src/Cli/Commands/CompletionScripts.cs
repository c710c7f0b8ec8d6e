using System.Collections.Immutable;

namespace Updraft.Cli;

/// <summary>The scripts by which shells ask <c>updraft</c> what may come next.</summary>
internal static class CompletionScripts
{
    private const string Bash = """
        _updraft() {
          local before="${COMP_LINE:0:$COMP_POINT}"
          local IFS=$'\n'
          COMPREPLY=( $(compgen -W "$(updraft '[suggest]' "${before#* }" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}") )
        }
        complete -o default -F _updraft updraft

        """;

    private const string Zsh = """
        #compdef updraft
        _updraft() {
          local -a found
          found=("${(@f)$(updraft '[suggest]' "${(j: :)words[2,$CURRENT]}" 2>/dev/null)}")
          (( ${#found} )) && compadd -- $found || _files
        }
        compdef _updraft updraft

        """;

    private const string Fish = """
        complete -c updraft -a '(updraft "[suggest]" (string replace -r "^\S+\s*" "" -- (commandline -cp)) 2>/dev/null)'

        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName updraft -ScriptBlock {
            param($word, $line, $position)
            $typed = $line.ToString().PadRight($position).Substring(0, $position) -replace '^\S+\s?', ''
            updraft '[suggest]' $typed 2>$null | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }

        """;

    private static readonly ImmutableSortedDictionary<string, string> Scripts = new Dictionary<string, string> { ["bash"] = Bash, ["zsh"] = Zsh, ["fish"] = Fish, ["powershell"] = PowerShell }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>The shells that there are scripts for.</summary>
    public static IEnumerable<string> Shells => Scripts.Keys;

    public static string Of(string shell) => Scripts[shell];
}

using System.Globalization;

namespace Updraft.Operators.Tests;

/// <summary>
/// A program <c>docker</c> on PATH, which keeps its containers as folders of files and refuses commands that Docker's own would refuse. What
/// becomes of a container is the test's to say.
/// </summary>
internal sealed class FakeDocker
{
    private const string Script = """
        #!/bin/sh
        root=$(dirname "$0")
        printf '%s\n' "$*" >> "$root/calls"
        if [ -s "$root/faults" ]; then
          fault=$(head -n 1 "$root/faults"); sed -i 1d "$root/faults"
          if [ "${fault%%|*}" != - ]; then printf '%s\n' "${fault#*|}" >&2; exit "${fault%%|*}"; fi
        fi
        missing() { echo "Error response from daemon: No such container: $1" >&2; exit 1; }
        command=$1; shift
        case $command in
          run|create)
            name= env= detach= entrypoint=; [ "$command" = create ] && detach=yes
            while [ $# -gt 0 ]; do
              case $1 in
                --detach) detach=yes; shift ;;
                --name) name=$2; shift 2 ;;
                --env) case $2 in *=*) env="$env$2
        " ;; *) env="$env$2=$(printenv "$2")
        " ;; esac; shift 2 ;;
                --label|--cpus|--memory|--gpus|--workdir) printf '%s %s\n' "$1" "$2" >> "$root/options-$name"; shift 2 ;;
                --entrypoint) entrypoint=$2; shift 2 ;;
                --*=*) printf '%s\n' "$1" >> "$root/options-$name"; shift ;;
                -*) echo "unknown flag: $1" >&2; exit 125 ;;
                *) break ;;
              esac
            done
            [ "$detach" = yes ] && [ -n "$name" ] && [ $# -gt 0 ] || { echo '"docker run" requires at least 1 argument.' >&2; exit 125; }
            folder="$root/containers/$name"
            if [ -d "$folder" ]; then echo "docker: Error response from daemon: Conflict. The container name \"/$name\" is already in use by container \"abc\"." >&2; exit 125; fi
            mkdir -p "$folder"; printf '%s' "$env" > "$folder/env"; printf '%s\n' "$entrypoint" "$@" > "$folder/line"
            : > "$folder/out"; : > "$folder/err"
            if [ -f "$root/break-start" ]; then
              rm "$root/break-start"; printf '{"Status":"created","ExitCode":127,"OOMKilled":false,"Error":"exec failed"}' > "$folder/state"
              echo 'docker: Error response from daemon: exec: "nope": executable file not found in $PATH: unknown.' >&2; echo "See 'docker run --help'." >&2; exit 127
            fi
            status=running; [ "$command" = create ] && status=created
            printf '{"Status":"%s","ExitCode":0,"OOMKilled":false,"Error":""}' "$status" > "$folder/state"; echo 0123abc ;;
          start)
            [ -d "$root/containers/$1" ] || missing "$1"
            printf '{"Status":"running","ExitCode":0,"OOMKilled":false,"Error":""}' > "$root/containers/$1/state"; echo "$1" ;;
          inspect)
            [ "$1 $2 $3 $4" = "--type container --format {{json .State}}" ] || { echo "unknown shorthand" >&2; exit 125; }
            [ -d "$root/containers/$5" ] || { echo '[]'; echo "Error: No such container: $5" >&2; exit 1; }
            cat "$root/containers/$5/state"; echo ;;
          logs)
            [ "$1" = --timestamps ] || { echo "unknown flag" >&2; exit 125; }; shift
            since=; if [ "$1" = --since ]; then since=$2; shift 2; fi
            [ -d "$root/containers/$1" ] || missing "$1"
            printf '%s\n' "$since" >> "$root/sinces"
            cat "$root/containers/$1/out"; cat "$root/containers/$1/err" >&2 ;;
          cp)
            if [ "${2#*:}" = / ]; then
              [ -d "$root/containers/${2%%:*}" ] || missing "${2%%:*}"
              mkdir -p "$root/containers/${2%%:*}/files"; cp -r "$1" "$root/containers/${2%%:*}/files/"; exit 0
            fi
            if [ "$2" != - ]; then
              [ -d "$root/containers/${1%%:*}" ] || missing "${1%%:*}"
              cp -r "$root/containers/${1%%:*}/files${1#*:}" "$2"; exit $?
            fi
            [ "$2" = - ] || exit 125; name=${1%%:*}; file=${1#*:}
            [ -d "$root/containers/$name" ] || missing "$name"
            [ -f "$root/containers/$name/output.json" ] && [ "$file" = /tmp/updraft-output.json ] || { echo "Error response from daemon: Could not find the file $file in container $name" >&2; exit 1; }
            tar -cf - -C "$root/containers/$name" output.json ;;
          stop)
            [ "$1" = -t ] || { echo "unknown flag" >&2; exit 125; }
            [ -d "$root/containers/$3" ] || missing "$3"
            printf '{"Status":"exited","ExitCode":143,"OOMKilled":false,"Error":""}' > "$root/containers/$3/state"; echo "$3" ;;
          rm)
            [ "$1 $2" = "--force --volumes" ] || exit 125
            [ -d "$root/containers/$3" ] || missing "$3"
            if [ -f "$root/stuck" ]; then rm "$root/stuck"; echo "Error response from daemon: removal of container $3 is already in progress" >&2; exit 1; fi
            rm -r "$root/containers/$3"; echo "$3" ;;
          *) echo "docker: '$command' is not a docker command." >&2; exit 1 ;;
        esac
        """;

    // One for the process: PATH is one for all, and containers are told apart by their names.
    public static readonly FakeDocker Installed = new();

    private readonly string _root = Directory.CreateTempSubdirectory("updraft-docker-").FullName;

    private FakeDocker()
    {
        var program = Path.Combine(_root, "docker");
        File.WriteAllText(program, Script);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Environment.SetEnvironmentVariable("PATH", _root + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH"));
    }

    /// <summary>The operator, which finds this program: a test that asks for it here has put it on PATH.</summary>
    public DockerOperator Operator { get; } = new();

    public bool Has(string name) => Directory.Exists(Container(name));

    public string Of(string name, string file) => File.ReadAllText(Path.Combine(Container(name), file));

    public string Options(string name) => File.ReadAllText(Path.Combine(_root, $"options-{name}"));

    public IReadOnlyList<string> Calls(string name) => [.. File.ReadAllLines(Path.Combine(_root, "calls")).Where(call => call.Contains(name, StringComparison.Ordinal))];

    public string LastSince => File.ReadAllLines(Path.Combine(_root, "sinces"))[^1];

    /// <summary>What the next calls come to, in turn: an exit code and what is said; null for the usual.</summary>
    public void Fault(params (int ExitCode, string Said)?[] faults) =>
        File.WriteAllLines(Path.Combine(_root, "faults"), faults.Select(fault => fault is { } f ? string.Create(CultureInfo.InvariantCulture, $"{f.ExitCode}|{f.Said}") : "-|"));

    public void BreakNextStart() => File.WriteAllText(Path.Combine(_root, "break-start"), "");

    public void StickNextRemoval() => File.WriteAllText(Path.Combine(_root, "stuck"), "");

    public void Write(string name, string file, string text) => File.AppendAllText(Path.Combine(Container(name), file), text);

    public void End(string name, int exitCode, bool oom = false, string error = "") =>
        File.WriteAllText(Path.Combine(Container(name), "state"), string.Create(CultureInfo.InvariantCulture, $$"""{"Status":"exited","ExitCode":{{exitCode}},"OOMKilled":{{(oom ? "true" : "false")}},"Error":"{{error}}"}"""));

    public void SetStatus(string name, string status) =>
        File.WriteAllText(Path.Combine(Container(name), "state"), $$"""{"Status":"{{status}}","ExitCode":0,"OOMKilled":false,"Error":""}""");

    /// <summary>Leaves a file in a container, at its path there.</summary>
    public void Leave(string name, string path, string text)
    {
        var file = Container(name) + "/files" + path;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public string Left(string name, string path) => File.ReadAllText(Container(name) + "/files" + path);

    public void Lose(string name) => Directory.Delete(Container(name), recursive: true);

    private string Container(string name) => Path.Combine(_root, "containers", name);
}

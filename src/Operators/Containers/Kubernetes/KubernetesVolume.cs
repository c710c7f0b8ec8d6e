using System.Globalization;

namespace Updraft.Operators;

/// <summary>
/// The volume of a pod that files are handed over in, and the two containers beside the one that works: one runs before it and waits for the
/// inputs, one beside it and waits until the artifacts are read, since nothing can be read of a container that has ended.
/// </summary>
internal static class KubernetesVolume
{
    /// <summary>The container that waits for the inputs.</summary>
    public const string Before = "inputs";

    /// <summary>The container that waits until the artifacts are read.</summary>
    public const string Beside = "files";

    /// <summary>Whether the inputs are there: succeeds, or ends with 1.</summary>
    public const string IsSent = $"[ -e {Folder}/.sent ]";

    /// <summary>Lets <see cref="Beside"/> end.</summary>
    public const string Release = $": > {Folder}/.read";

    /// <summary>What a folder that is sent holds beside its files, and what therefore comes last: where it arrived, all has.</summary>
    public const string LastFile = "sent";

    private const string Name = "updraft";
    private const string Folder = ContainerFiles.Folder;

    /// <summary>The volume.</summary>
    public static object Volume { get; } = new { name = Name, emptyDir = new { } };

    /// <summary>Where it is in every container.</summary>
    public static object Mount { get; } = new { name = Name, mountPath = Folder };

    /// <summary>Makes the folder of the artifacts, and waits for the inputs. Also where there are none: who may not send them could not fetch the artifacts after the work.</summary>
    public static object InputsContainer(KubernetesFields fields) => Container(Before, fields, $"mkdir -p -m 777 {Folder}/{ContainerFiles.ArtifactsFolder} || exit 1; {WaitFor(".sent")}");

    /// <summary>Is there until the artifacts are read.</summary>
    public static object ArtifactsContainer(KubernetesFields fields) => Container(Beside, fields, WaitFor(".read"));

    /// <summary>
    /// Takes a folder as a tar of so many bytes from the input. An earlier try may still be at work in its own folder, which goes away under
    /// it. That all is there is said last, by one step.
    /// </summary>
    public static string Take(long bytes, string id) => string.Join(
        " && ",
        $"cd {Folder}",
        "if [ -e .sent ]; then exit 0; fi",
        "rm -rf .part-*",
        $"mkdir .part-{id} .part-{id}/{TaskArtifacts.InputsFolder}",
        $"cd .part-{id}",
        "umask 0",
        string.Create(CultureInfo.InvariantCulture, $"head -c {bytes} | tar -xf -"),
        $"mv {LastFile} .all",
        "cd ..",
        "if [ -e .sent ]; then exit 0; fi",
        $"rm -rf {TaskArtifacts.InputsFolder}",
        $"mv .part-{id}/{TaskArtifacts.InputsFolder} {TaskArtifacts.InputsFolder}",
        $"mv .part-{id}/.all .all",
        $"rm -rf .part-{id}",
        "mv .all .sent");

    /// <summary>
    /// Writes the artifacts as a tar, and <paramref name="mark"/> after it, and ends only when a byte comes back: what a program wrote just
    /// before its end may get lost without a word.
    /// </summary>
    public static string Give(string mark) => $"tar -cf - -C {Folder} {ContainerFiles.ArtifactsFolder} && printf %s {mark} && head -c 1 > /dev/null";

    // A shell that is the first process has to be told to heed SIGTERM, and heeds it only while it waits.
    private static string WaitFor(string file) => $"trap 'exit 143' TERM; until [ -e {Folder}/{file} ]; do sleep 1 & wait $!; done";

    private static object Container(string name, KubernetesFields fields, string script) => new
    {
        name,
        image = fields.FilesImage,
        command = new[] { "sh", "-c", KubernetesManifests.Literal(script) },
        resources = new { requests = new { cpu = "10m", memory = "32Mi" }, limits = new { cpu = "500m", memory = "64Mi" } },
        terminationMessagePolicy = "FallbackToLogsOnError",
        volumeMounts = new[] { Mount },
    };
}

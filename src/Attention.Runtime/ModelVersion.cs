using System.ComponentModel;

namespace Attention.Runtime;

/// <summary>The version that a model is compiled by, on which generated code and this assembly have to agree.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ModelVersion
{
    /// <summary>
    /// Sees that a model was compiled for this runtime, before it uses a member that may not be there. A release runs what was
    /// compiled by one of the same major and minor version that is not newer; what is no release runs what was compiled by itself.
    /// </summary>
    /// <param name="model">The model's name, for the message.</param>
    /// <param name="version">The version of the generator that compiled it.</param>
    /// <exception cref="InvalidOperationException">It was not.</exception>
    public static void Check(string model, string version)
    {
        if (!Runs(version, ProductVersion.Text))
            throw new InvalidOperationException($"Model '{model}' was compiled by AttentionDsl {version}, but this program runs with AttentionDsl {ProductVersion.Text}. Reference the same version in the model's project and in the program's, and build both again.");
    }

    /// <summary>Whether code of one version runs on the runtime of another.</summary>
    internal static bool Runs(string compiled, string runtime) => compiled == runtime
        || (Version.TryParse(compiled, out Version? old) && Version.TryParse(runtime, out Version? current)
            && (old.Major, old.Minor) == (current.Major, current.Minor) && old <= current);
}

using Microsoft.Extensions.Options;

namespace EmbeddingService.Options;

/// <summary>How texts are gone on with by stories260K.</summary>
internal sealed class CompletionOptions : IValidateOptions<CompletionOptions>
{
    public const string Section = "Completion";

    /// <summary>Whether there is /v1/completions.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The folder of the checkpoint; of this program's models unless given.</summary>
    public string? Folder { get; set; }

    /// <summary>How many texts are written at once, stepping together.</summary>
    public int Together { get; set; } = 8;

    /// <summary>How many texts may wait for a place before the service is full.</summary>
    public int Waiting { get; set; } = 32;

    public ValidateOptionsResult Validate(string? name, CompletionOptions options) => new Faults(Section)
        .That(options.Folder is null || Directory.Exists(options.Folder), nameof(Folder), "a folder that is there", options.Folder)
        .Between(nameof(Together), options.Together, 1, 64)
        .Between(nameof(Waiting), options.Waiting, 0, 4096)
        .Result;
}

using Microsoft.Extensions.Options;

namespace EmbeddingService.Options;

/// <summary>Which model embeds, and how its work is gathered.</summary>
internal sealed class EmbeddingOptions : IValidateOptions<EmbeddingOptions>
{
    public const string Section = "Embedding";

    /// <summary>The model, by a name of <see cref="Models.Gallery"/>.</summary>
    public string Model { get; set; } = "all-MiniLM-L6-v2";

    /// <summary>The folder of its checkpoint: of this program's models unless given, else of Hugging Face's cache.</summary>
    public string? Folder { get; set; }

    /// <summary>Other names by which requests may call it.</summary>
    public string[] Aliases { get; set; } = [];

    /// <summary>The sizes that its vectors may be cut to, as Matryoshka models are trained for; none unless the model declares them.</summary>
    public int[] Dimensions { get; set; } = [];

    /// <summary>Sessions, and so batches at once; as many as processors unless given, never more.</summary>
    public int Sessions { get; set; } = Environment.ProcessorCount;

    /// <summary>The tokens of a batch; a longer text runs alone.</summary>
    public int BatchTokens { get; set; } = 512;

    /// <summary>How long a batch waits for more texts while others are computed, in milliseconds.</summary>
    public double BatchMilliseconds { get; set; } = 2;

    /// <summary>Tokens that are waiting or computed at which the service is full.</summary>
    public int TokensInFlight { get; set; } = 16384;

    /// <summary>The most tokens of a request.</summary>
    public int MaxRequestTokens { get; set; } = 65536;

    /// <summary>The most texts of a request.</summary>
    public int MaxInputs { get; set; } = 2048;

    /// <summary>Whether texts that are too long are cut rather than refused.</summary>
    public bool Truncate { get; set; }

    /// <summary>Whether text that spells a special token, such as [SEP], is one.</summary>
    public bool SpecialTokensInText { get; set; }

    public ValidateOptionsResult Validate(string? name, EmbeddingOptions options) => new Faults(Section)
        .That(Models.Gallery.Names.Contains(options.Model), nameof(Model), $"one of {string.Join(", ", Models.Gallery.Names)}", options.Model)
        .That(options.Folder is null || Directory.Exists(options.Folder), nameof(Folder), "a folder that is there", options.Folder)
        .That(options.Dimensions.All(size => size >= 1), nameof(Dimensions), "sizes of at least 1", string.Join(", ", options.Dimensions))
        .Between(nameof(Sessions), options.Sessions, 1, Environment.ProcessorCount)
        .Between(nameof(BatchTokens), options.BatchTokens, 1, 65536)
        .Between(nameof(BatchMilliseconds), options.BatchMilliseconds, 0, 1000)
        .Between(nameof(TokensInFlight), options.TokensInFlight, 1, 1 << 24)
        .Between(nameof(MaxRequestTokens), options.MaxRequestTokens, 1, 1 << 24)
        .Between(nameof(MaxInputs), options.MaxInputs, 1, 1 << 20)
        .Result;
}

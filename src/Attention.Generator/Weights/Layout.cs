using Attention.Generator.Graph;

namespace Attention.Generator.Weights;

/// <summary>
/// How one checkpoint family names its tensors. Names are data: in a template <c>{prefix}</c> stands for the stage's
/// prefix, <c>{layer}</c> for the layer, <c>{n}</c> for the ordinal counted from 1, <c>{n?}</c> for the same but
/// nothing for the first.
/// </summary>
/// <param name="EncoderPrefix">The prefix of an encoder that does not say one.</param>
/// <param name="DecoderPrefix">The prefix of a decoder that does not say one.</param>
/// <param name="Rows">A row for each role.</param>
internal sealed record Layout(string EncoderPrefix, string DecoderPrefix, IReadOnlyDictionary<ParameterRole, LayoutRow> Rows)
{
    /// <summary>
    /// PyTorch's <c>nn.Transformer</c>; what that class leaves to its user (embeddings, positions, outputs) is named by
    /// what it is. Query, key and value are one stacked tensor, except where queries and keys have other widths
    /// (<c>nn.MultiheadAttention</c> with <c>kdim</c>).
    /// </summary>
    public static readonly Layout PyTorch = new("transformer.encoder", "transformer.decoder", new Dictionary<ParameterRole, LayoutRow>
    {
        [ParameterRole.Embedding] = new("{prefix}.embedding", ".weight"),
        [ParameterRole.LearnedPositions] = new("{prefix}.positions", ".weight"),
        [ParameterRole.StemNormWeight] = new("{prefix}.embedding_norm", ".weight"),
        [ParameterRole.StemNormBias] = new("{prefix}.embedding_norm", ".bias"),
        [ParameterRole.SelfQuery] = new(Self, ".in_proj_weight", Stack.First),
        [ParameterRole.SelfKey] = new(Self, ".in_proj_weight", Stack.Second),
        [ParameterRole.SelfValue] = new(Self, ".in_proj_weight", Stack.Third),
        [ParameterRole.SelfOutput] = new(Self, ".out_proj.weight"),
        [ParameterRole.SelfQueryBias] = new(Self, ".in_proj_bias", Stack.First),
        [ParameterRole.SelfKeyBias] = new(Self, ".in_proj_bias", Stack.Second),
        [ParameterRole.SelfValueBias] = new(Self, ".in_proj_bias", Stack.Third),
        [ParameterRole.SelfOutputBias] = new(Self, ".out_proj.bias"),
        [ParameterRole.CrossQuery] = new(Cross, ".in_proj_weight", Stack.First) { Unstacked = ".q_proj_weight" },
        [ParameterRole.CrossKey] = new(Cross, ".in_proj_weight", Stack.Second) { Unstacked = ".k_proj_weight" },
        [ParameterRole.CrossValue] = new(Cross, ".in_proj_weight", Stack.Third) { Unstacked = ".v_proj_weight" },
        [ParameterRole.CrossOutput] = new(Cross, ".out_proj.weight"),
        [ParameterRole.CrossQueryBias] = new(Cross, ".in_proj_bias", Stack.First),
        [ParameterRole.CrossKeyBias] = new(Cross, ".in_proj_bias", Stack.Second),
        [ParameterRole.CrossValueBias] = new(Cross, ".in_proj_bias", Stack.Third),
        [ParameterRole.CrossOutputBias] = new(Cross, ".out_proj.bias"),
        [ParameterRole.Hidden] = new(LayerStem, ".linear1.weight"),
        [ParameterRole.HiddenBias] = new(LayerStem, ".linear1.bias"),
        [ParameterRole.Contract] = new(LayerStem, ".linear2.weight"),
        [ParameterRole.ContractBias] = new(LayerStem, ".linear2.bias"),
        [ParameterRole.NormWeight] = new(LayerStem + ".norm{n}", ".weight") { OfStage = true },
        [ParameterRole.NormBias] = new(LayerStem + ".norm{n}", ".bias") { OfStage = true },
        [ParameterRole.FinalNormWeight] = new("{prefix}.norm", ".weight") { OfStage = true },
        [ParameterRole.FinalNormBias] = new("{prefix}.norm", ".bias") { OfStage = true },
        [ParameterRole.OutputNormWeight] = new("{prefix}.output_norm{n?}", ".weight"),
        [ParameterRole.OutputNormBias] = new("{prefix}.output_norm{n?}", ".bias"),
        [ParameterRole.Linear] = new("{prefix}.linear{n?}", ".weight"),
        [ParameterRole.LinearBias] = new("{prefix}.linear{n?}", ".bias"),
        [ParameterRole.Logits] = new("{prefix}.logits", ".weight"),
        [ParameterRole.LogitsBias] = new("{prefix}.logits", ".bias"),
    });

    private const string LayerStem = "{prefix}.layers.{layer}";
    private const string Self = LayerStem + ".self_attn";
    private const string Cross = LayerStem + ".multihead_attn";

    /// <summary>The layouts by the value of the DSL's <c>WeightLayout</c>.</summary>
    public static Layout Of(int layout) => layout switch
    {
        _ => PyTorch,
    };
}

/// <summary>Which third of a stacked tensor a parameter is.</summary>
internal enum Stack
{
    None = -1,
    First,
    Second,
    Third,
}

/// <summary>One row of a layout.</summary>
/// <param name="Stem">The template up to the last word; a part's <c>Name</c> replaces it.</param>
/// <param name="Suffix">The end of the name.</param>
/// <param name="Stack">The third of a stacked tensor that the parameter is.</param>
internal sealed record LayoutRow(string Stem, string Suffix, Stack Stack = Stack.None)
{
    /// <summary>The suffix where the stacked parts do not have the same inputs, and so are tensors of their own.</summary>
    public string? Unstacked { get; init; }

    /// <summary>Whether the tensor is the stage's rather than the part's, so that a part's <c>Name</c> leaves it alone.</summary>
    public bool OfStage { get; init; }
}

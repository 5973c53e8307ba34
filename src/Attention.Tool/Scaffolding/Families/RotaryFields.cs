namespace Attention.Tool.Scaffolding;

/// <summary>What config.json tells of rotary positions, as arguments of <c>[Rotary]</c>.</summary>
internal static class RotaryFields
{
    private const double UsualBase = 10000;

    /// <summary>Reads them, from the section that they moved into or from where they stood before.</summary>
    /// <param name="config">The file.</param>
    /// <param name="headWidth">Channels of a head.</param>
    /// <param name="length">How many rows are declared.</param>
    /// <param name="rate">The field of the slowest pair's rate.</param>
    /// <param name="share">The field that tells what part of a head's channels turns.</param>
    /// <param name="usualShare">What part does where nothing is told.</param>
    /// <exception cref="ToolException">A field has a value that cannot be declared.</exception>
    public static string?[] Read(ModelConfig config, int headWidth, int length, string rate = "rope_theta", string share = "partial_rotary_factor", double usualShare = 1)
    {
        ModelConfig? scaling = config.Section("rope_parameters") ?? config.Section("rope_scaling");
        scaling = scaling?.Section("full_attention") ?? scaling;
        double usual = config.ModelType == "gemma3_text" ? 1e6 : UsualBase, theta = config.Double(rate, scaling?.Double("rope_theta", usual) ?? usual);
        double part = config.Double(share, scaling?.Double("partial_rotary_factor", usualShare) ?? usualShare);
        string? width = part == 1 ? null : $"Width = {(int)(headWidth * part)}";
        return [Base(theta), width, .. Scaling(config, scaling, length)];
    }

    /// <summary>The same of layers that see a window, where their angles are others; null where all layers have the same.</summary>
    /// <inheritdoc cref="Read"/>
    public static string?[]? ReadLocal(ModelConfig config, int headWidth, int length)
    {
        if (config.Section("rope_parameters")?.Section("sliding_attention") is ModelConfig local)
            return Read(local, headWidth, length);
        return !config.Has("rope_local_base_freq") && config.ModelType != "gemma3_text" ? null : [Base(config.Double("rope_local_base_freq", UsualBase))];
    }

    private static string? Base(double theta) => theta == UsualBase ? null : $"Base = {ModelConfig.Number(theta)}";

    private static string?[] Scaling(ModelConfig config, ModelConfig? scaling, int length)
    {
        string kind = scaling?.Text("rope_type") ?? scaling?.Text("type") ?? "default";
        if (scaling is null || kind == "default")
            return [];
        int most = config.TryInt("max_position_embeddings") ?? length, trained = scaling.TryInt("original_max_position_embeddings") ?? config.TryInt("original_max_position_embeddings") ?? most;
        string original = $"OriginalLength = {trained}", factor = $"Factor = {ModelConfig.Number(scaling.Double("factor", 1))}";
        switch (kind)
        {
            case "linear":
                return [scaling.Double("factor", 1) == 1 ? null : factor];
            case "llama3":
                return ["Scaling = RotaryScaling.Llama3", factor, original, Told("low_freq_factor", "LowFrequency", 1), Told("high_freq_factor", "HighFrequency", 4)];
            case "yarn":
                string? told = Told("attention_factor", "AttentionFactor", 0);
                return ["Scaling = RotaryScaling.Yarn", factor, original, Told("beta_fast", "BetaFast", 32), Told("beta_slow", "BetaSlow", 1), scaling.Bool("truncate", true) ? null : "Truncate = false",
                    told, told is null ? Told("mscale", "MScale", 0) : null, told is null ? Told("mscale_all_dim", "MScaleAllDim", 0) : null];
            case "dynamic":
                return length <= trained ? [] : ["Scaling = RotaryScaling.DynamicNtk", factor, original];
            case "longrope" or "su":
                // Of the two lists the one for sequences as long as declared; how much longer the model reaches than it was trained may stand in the file or be told by its lengths.
                string list = length > trained ? "long_factor" : "short_factor";
                double reach = scaling.Double("factor", most / (double)trained);
                return ["Scaling = RotaryScaling.LongRope", $"Factors = new double[] {{ {string.Join(", ", scaling.Doubles(list).Select(ModelConfig.Number))} }}",
                    Told("attention_factor", "AttentionFactor", 0) ?? (reach > 1 ? $"Factor = {ModelConfig.Number(reach)}, {original}" : null)];
            default:
                throw config.Cannot(config.Has("rope_parameters") ? "rope_parameters" : "rope_scaling", "expected the type default, linear, llama3, yarn, dynamic or longrope");
        }

        string? Told(string field, string argument, double otherwise) => scaling.Double(field, otherwise) is double value && value != otherwise ? $"{argument} = {ModelConfig.Number(value)}" : null;
    }
}

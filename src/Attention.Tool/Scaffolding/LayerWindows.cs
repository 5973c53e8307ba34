namespace Attention.Tool.Scaffolding;

/// <summary>What config.json tells of the rows that each layer sees.</summary>
internal static class LayerWindows
{
    /// <summary>Reads it: a list of the layers' kinds, or what the family does without one.</summary>
    /// <param name="config">The file.</param>
    /// <param name="layers">How many layers there are.</param>
    /// <param name="rows">How many rows are declared.</param>
    /// <returns>The window, null where rows see all that are declared, and which layers have it.</returns>
    /// <exception cref="ToolException">The list has another length, or a kind of layers that cannot be declared.</exception>
    public static (int? Window, bool[] IsLocal) Of(ModelConfig config, int layers, int rows)
    {
        bool isQwen = config.ModelType is "qwen2" or "qwen3";
        int? window = config.Bool("use_sliding_window", !isQwen) ? config.TryInt("sliding_window") : null;
        int from = isQwen ? config.TryInt("max_window_layers") ?? 28 : 0, pattern = config.TryInt("sliding_window_pattern", "_sliding_window_pattern") ?? 6;
        if (pattern < 1)
            throw config.Cannot("sliding_window_pattern", "expected 1 or more");
        bool[] isLocal = Told(config, layers) ?? [.. Enumerable.Range(0, layers).Select(layer => config.ModelType switch
        {
            "gemma2" => layer % 2 == 0,
            "gemma3_text" => (layer + 1) % pattern != 0,
            _ => layer >= from,
        })];
        return (window is int all && all < rows ? window : null, isLocal);
    }

    /// <summary>Which layers have a window by the list of their kinds; null without one.</summary>
    /// <exception cref="ToolException">It has another length, or a kind of layers that cannot be declared.</exception>
    public static bool[]? Told(ModelConfig config, int layers)
    {
        if (!config.Has("layer_types"))
            return null;
        string[] kinds = config.Texts("layer_types");
        if (kinds.Length != layers)
            throw config.Cannot("layer_types", $"expected a kind for each of {layers} layers");
        return [.. kinds.Select(kind => kind switch
        {
            "sliding_attention" => true,
            "full_attention" => false,
            _ => throw config.Cannot("layer_types", "expected sliding_attention and full_attention"),
        })];
    }
}

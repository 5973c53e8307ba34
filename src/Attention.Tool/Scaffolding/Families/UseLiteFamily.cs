namespace Attention.Tool.Scaffolding.Families;

/// <summary>Universal Sentence Encoder Lite, whose first attention widens the rows, by names that no layout has; maps are input × output.</summary>
internal static class UseLiteFamily
{
    private const string Anchor = "layer0.attn.qkv.weight_in_out";

    /// <summary>The maps by their roles, without what their names end in.</summary>
    private static readonly (string Role, string Name)[] s_maps =
    [
        ("SelfQueryKeyValue", "layer{layer}.attn.qkv"), ("SelfOutput", "layer{layer}.attn.out"), ("SelfResidual", "layer{layer}.resproj"),
        ("Hidden", "layer{layer}.ffn.fc1"), ("Contract", "layer{layer}.ffn.fc2"), ("Linear", "out"),
    ];

    /// <summary>Whether a name is that of its first attention.</summary>
    public static bool IsLayer(string name) => name == Anchor;

    public static void Declare(ScaffoldSource source, ClassText text)
    {
        if (source.Wishes.Pooling is not null || source.Wishes.Normalize)
            throw new ToolException($"--pooling and --normalize do not go with {source.Family}, whose vectors are the mean of the rows, mapped and brought to unit length; leave them out.");
        int[] table = source.Shape("embedding", 2), output = source.Shape("out.weight_in_out", 2);
        int layers = source.Layers("layer{}.attn.qkv.weight_in_out"), width = source.Shape("layer0.attn.out.weight_in_out", 2)[1];
        int[] inputs = [.. Enumerable.Range(0, layers).Select(layer => source.Shape($"layer{layer}.attn.qkv.weight_in_out", 2)[0])];
        if (inputs[0] != table[1] || inputs.Skip(1).Any(input => input != width))
            throw new ToolException($"{source.Checkpoint.Path}: expected the first attention to read {table[1]} channels, as the table has, and others {width}, found {string.Join(", ", inputs)}.");
        bool widens = table[1] != width;
        if (source.Checkpoint.Tensors.Any(tensor => tensor.Name.Contains("TimingSignal", StringComparison.Ordinal)))
            text.Model.Add("Unread = [\"*TimingSignal*\"]");
        text.Tensors.Add("[Tensor(TensorRole.Embedding, \"embedding\")]");
        text.Tensors.AddRange(new[] { ("SelfNorm", "attn"), ("FeedForwardNorm", "ffn") }.Select(norm => $"[Tensor(TensorRole.{norm.Item1}, \"layer{{layer}}.{norm.Item2}.ln.weight\")]"));
        text.Tensors.AddRange(s_maps.Where(map => widens || map.Role != "SelfResidual").Select(map => $"[Tensor(TensorRole.{map.Role}, \"{map.Name}.weight_in_out\", Bias = \"{map.Name}.bias\", Transposed = true)]"));
        StageText stage = text.Stage();
        stage.Add("Encoder", $"layers: {layers}", $"width: {width}", "Norm = NormPlacement.Pre", source.Epsilon(1e-6, "layer_norm_eps"), "Prefix = \"\"");
        stage.Add("Embedding", $"vocabulary: {table[0]}", source.Length("max_position_embeddings"), widens ? $"Width = {table[1]}" : null, "Scale = 2");
        stage.Add("Positions", "PositionKind.SinusoidalTimescales");
        string heads = $"heads: {source.HeadsAsked(inputs.Min(), 0, 1)}";
        if (widens)
            stage.Add("SelfAttention", heads, $"InputWidth = {table[1]}", "At = new[] { 0 }");
        if (!widens || layers > 1)
            stage.Add("SelfAttention", heads, !widens ? null : $"At = new[] {{ {string.Join(", ", Enumerable.Range(1, layers - 1))} }}");
        stage.Add("FeedForward", $"{source.Shape("layer0.ffn.fc1.weight_in_out", 2)[1]}", source.Activation("hidden_act", "relu"));
        stage.Add("Pooling", "PoolingKind.Mean");
        stage.Add("Linear", $"{output[1]}", "Activation = Activation.Tanh");
        stage.Add("L2Normalize");
    }
}

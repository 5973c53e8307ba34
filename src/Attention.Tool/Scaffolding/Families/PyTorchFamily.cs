using static Attention.Tool.Scaffolding.Families.BertFamily;

namespace Attention.Tool.Scaffolding.Families;

/// <summary>
/// PyTorch's <c>nn.Transformer</c>, or its encoder or decoder alone, with or without what a user's module has around it. There is no config.json
/// but by hand, whose fields are that class's arguments: what the tensors do not tell comes from options.
/// </summary>
internal static class PyTorchFamily
{
    private const string Anchor = "layers.0.self_attn.in_proj_weight", Cross = "multihead_attn.out_proj.weight";

    private static readonly string[] s_attention = ["in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"];

    /// <summary>The ends of all names of a layer.</summary>
    private static readonly HashSet<string> s_layer =
    [
        .. s_attention.Select(name => "self_attn." + name), .. s_attention.Concat(["q_proj_weight", "k_proj_weight", "v_proj_weight"]).Select(name => "multihead_attn." + name),
        .. new[] { "linear1", "linear2", "norm1", "norm2", "norm3" }.SelectMany(name => new[] { name + ".weight", name + ".bias" }),
    ];

    /// <summary>Whether a name is that of a layer's attention.</summary>
    public static bool IsLayer(string name) => name == Anchor || name.EndsWith("." + Anchor, StringComparison.Ordinal);

    public static void Declare(ScaffoldSource source, ClassText text)
    {
        string[] prefixes = [.. source.Checkpoint.Tensors.Select(tensor => tensor.Name).Where(IsLayer).Select(name => name[..^Anchor.Length].TrimEnd('.'))];
        string[] decoders = [.. prefixes.Where(prefix => source.Has(Join(prefix, "layers.0." + Cross)))], encoders = [.. prefixes.Except(decoders)];
        if (prefixes.Length == 0 || encoders.Length > 1 || decoders.Length > 1)
            throw new ToolException($"{source.Checkpoint.Path}: expected the layers of one encoder, of one decoder or of both, found {(prefixes.Length == 0 ? "none" : string.Join(", ", prefixes.Select(prefix => Join(prefix, "layers"))))}; {(prefixes.Length == 0 ? "'attention inspect' shows what there is" : "declare the stages by hand")}.");
        var around = new FreeTensors(source, name => Array.Exists(prefixes, prefix => IsOf(prefix, name)));
        if (decoders.Length == 0)
        {
            new Half(source, around, encoders[0], null).DeclareAlone(text.Stage());
        }
        else
        {
            if (source.Wishes.Causal)
                throw new ToolException("--causal does not go with a decoder that reads an encoder, which is causal anyway; leave it out.");
            Outputs.Refuse(source);
            StageText read = text.Stage(encoders.Length == 0 ? "Memory" : "Source"), written = text.Stage("Target");
            (read.Summary, written.Summary) = (encoders.Length == 0 ? "What an encoder elsewhere has made." : "What is read.", "What is written.");
            var decoder = new Half(source, around, decoders[0], true);
            Half? encoder = encoders.Length == 0 ? null : new Half(source, around, encoders[0], false);
            if (encoder is null)
                decoder.DeclareMemory(read);
            else
                encoder.DeclareSource(read);
            decoder.DeclareTarget(written, read.Name!, encoder);
        }

        CheckEffect(source, text);
        source.Notes.AddRange(Assumed(source, text));
        FreeTensor[] left = [.. around.Left];
        if (left.Length > 0)
        {
            source.Notes.Add($"Nothing here reads {string.Join(", ", left.Take(6).Select(tensor => tensor.Name))}{(left.Length > 6 ? $" and {left.Length - 6} more" : "")}: what the module does with them is to be declared.");
            text.Model.Add($"Unread = [{string.Join(", ", left.Select(tensor => ClassText.Literal(tensor.Stem is string stem ? stem + ".*" : tensor.Name)))}]");
        }
    }

    /// <summary>Whether a name is of the layers under a prefix, or of the norm behind them.</summary>
    private static bool IsOf(string prefix, string name) => name.StartsWith(Join(prefix, "layers."), StringComparison.Ordinal) || name == Join(prefix, "norm.weight") || name == Join(prefix, "norm.bias");

    /// <summary>Refuses options that nothing in the class comes of.</summary>
    private static void CheckEffect(ScaffoldSource source, ClassText text)
    {
        if (source.Wishes.Positions is not (null or "none") && !text.Says("[Positions(PositionKind.Sinusoidal"))
            throw new ToolException($"--positions is {source.Wishes.Positions}, but a table tells them; leave it out.");
        if (source.Wishes.Scaled && !text.Says("[Embedding("))
            throw new ToolException("--scaled does not go with rows that are read as they are; leave it out.");
    }

    /// <summary>What nothing has told, and is as <c>nn.Transformer</c> has it.</summary>
    private static IEnumerable<string> Assumed(ScaffoldSource source, ClassText text)
    {
        ModelConfig config = source.Config;
        ScaffoldWishes wishes = source.Wishes;
        string[] assumed =
        [
            .. wishes.Activation is null && !config.Has("activation") && !config.Has("hidden_act") ? ["ReLU (--activation says another)"] : Array.Empty<string>(),
            .. wishes.Norm is null && !config.Has("norm_first") ? ["norms behind what they belong to (else --norm pre)"] : Array.Empty<string>(),
            .. text.Says("[Embedding(") && !wishes.Scaled && !config.Has("scale_embedding") ? ["tokens that are not scaled (else --scaled)"] : Array.Empty<string>(),
            .. text.Stages is [{ Name: null }] && !wishes.Causal && !config.Has("is_causal") ? ["rows that see all rows (else --causal)"] : Array.Empty<string>(),
        ];
        if (assumed.Length > 0)
            yield return $"Assumed, as nn.Transformer has it, since no tensor tells: {string.Join(", ", assumed)}.";
    }

    /// <summary>An encoder or a decoder of the module.</summary>
    /// <param name="source">What is known.</param>
    /// <param name="around">The tensors around the layers.</param>
    /// <param name="prefix">What stands before <c>layers</c>.</param>
    /// <param name="isWritten">Whether it is what writes, of two; null where it is alone.</param>
    private sealed class Half(ScaffoldSource source, FreeTensors around, string prefix, bool? isWritten)
    {
        private readonly int _width = source.Shape(Join(prefix, Anchor), 2)[1];

        private FreeTensor? _table;

        private string First(string name) => Join(prefix, "layers.0." + name);

        private bool IsCausal => source.Wishes.Causal || source.Config.Bool("is_causal", false);

        /// <summary>An encoder without a decoder, or, of rows that see none behind them, a decoder without an encoder.</summary>
        public void DeclareAlone(StageText stage)
        {
            _table = Table();
            FreeTensor? map = Output(), norm = IsCausal || map is null ? null : Norm("output_norm", tensor => !tensor.IsOfTokens);
            bool isTied = map is null && IsCausal && source.Has(Join(prefix, "logits.bias")), isDecoder = IsCausal && _table is not null && (isTied || map?.Shape[0] == _table.Shape[0]);
            Header(stage, isDecoder ? "Decoder" : "Encoder");
            Source(stage, null);
            Body(stage, isDecoder || !IsCausal ? null : "Causal = true", null);
            if (isDecoder)
            {
                Outputs.Refuse(source);
                Logits(stage, map);
                return;
            }

            if (source.Wishes.Pooling is not (null or "none"))
                Outputs.Pooling(stage, source.Wishes.Pooling);
            if (norm is not null)
                stage.Add("LayerNorm", NameOf(norm, "output_norm"));
            if (map is not null)
                stage.Add("Linear", $"{map.Shape[0]}", map.HasBias ? null : "Bias = false", NameOf(map, "linear"));
            if (source.Wishes.Normalize)
                stage.Add("L2Normalize");
            if (source.Wishes.Pooling is null)
                source.Notes.Add("No tensor tells how rows become one vector: this gives a row for each; --pooling mean or --pooling first make one of them.");
        }

        public void DeclareSource(StageText stage)
        {
            _table = Table();
            Header(stage, "Encoder");
            Source(stage, null);
            Body(stage, null, null);
        }

        /// <summary>The rows that a decoder without an encoder reads.</summary>
        public void DeclareMemory(StageText stage)
        {
            stage.Add("Encoder", "layers: 0", $"width: {MemoryWidth}");
            stage.Add("Features", Length());
        }

        /// <summary>The decoder. Of tokens, its rows become scores; of other rows it is an encoder that sees nothing behind a row.</summary>
        public void DeclareTarget(StageText stage, string read, Half? encoder)
        {
            _table = Table();
            bool isDecoder = _table is not null;
            Header(stage, isDecoder ? "Decoder" : "Encoder");
            Source(stage, isDecoder && _table == encoder?._table ? read : null);
            Body(stage, isDecoder ? null : "Causal = true", read);
            FreeTensor? map = Output();
            if (isDecoder)
                Logits(stage, map);
            else if (map is not null)
                stage.Add("Linear", $"{map.Shape[0]}", map.HasBias ? null : "Bias = false", NameOf(map, "linear"));
        }

        private int MemoryWidth => source.Has(First("multihead_attn.k_proj_weight")) ? source.Shape(First("multihead_attn.k_proj_weight"), 2)[1] : _width;

        /// <summary>The table of tokens, by its name, or what else is read and has no bias.</summary>
        private FreeTensor? Table() => Table(tensor => tensor.IsOfTokens) ?? Table(tensor => tensor is { Stem: not null, IsWritten: false } && !IsInput(tensor));

        private FreeTensor? Table(Func<FreeTensor, bool> isLikely) =>
            around.Take(Join(prefix, "embedding.weight"), "table of tokens", isWritten, tensor => tensor is { Shape: [_, int columns], HasBias: false, IsOfPositions: false } && columns == _width && isLikely(tensor));

        private FreeTensor? Norm(string usual, Func<FreeTensor, bool> isLikely) =>
            around.Take(Join(prefix, usual + ".weight"), "norm", isWritten, tensor => isWritten is null && tensor is { Stem: not null, Shape: [int size] } && size == _width && isLikely(tensor));

        /// <summary>The map behind the layers; of several, whose order nothing tells, none.</summary>
        private FreeTensor? Output()
        {
            FreeTensor[] maps = [.. around.Left.Where(tensor => tensor is { Stem: not null, Shape: [_, int columns], IsOfPositions: false } && columns == _width && (tensor.HasBias || !tensor.IsOfTokens) && !IsInput(tensor))];
            return maps is [FreeTensor only] ? around.Take(only.Name, "map behind the layers", isWritten, _ => false) : null;
        }

        private bool IsInput(FreeTensor tensor) => tensor is { Stem: not null, IsOfSource: true, IsOfPositions: false, Shape: [int rows, _] } && rows == _width && (tensor.HasBias || !tensor.IsOfTokens) && tensor.IsWritten is not true;

        private void Header(StageText stage, string kind)
        {
            // A layer of another kind would be left out without a word.
            string start = Join(prefix, "layers.");
            if (source.Checkpoint.Tensors.Select(tensor => tensor.Name).FirstOrDefault(name => name.StartsWith(start, StringComparison.Ordinal) && !s_layer.Contains(name[start.Length..][(name[start.Length..].IndexOf('.') + 1)..])) is string other)
                throw new ToolException($"{source.Checkpoint.Path}: expected layers as nn.Transformer has them, found '{other}'; declare them by hand.");
            bool isPre = source.Wishes.Norm is string norm ? norm == "pre" : source.Config.Bool("norm_first", false);
            string usual = kind == "Encoder" ? "transformer.encoder" : "transformer.decoder";
            stage.Add(kind, $"layers: {source.Layers(Join(prefix, "layers.{}.self_attn.in_proj_weight"))}", $"width: {_width}", isPre ? "Norm = NormPlacement.Pre" : null, source.Has(Join(prefix, "norm.weight")) ? "FinalNorm = true" : null,
                source.Epsilon(1e-5, "layer_norm_eps"), source.Has(First("norm1.bias")) ? null : "Bias = false", ClassText.Prefix(prefix, usual));
        }

        /// <summary>The source and the stem: tokens of a table, mapped rows, or rows as they are.</summary>
        private void Source(StageText stage, string? shares)
        {
            bool isRows = _table is null;
            FreeTensor? map = !isRows ? null : around.Take(Join(prefix, "source.weight"), "map of what is read", isWritten, IsInput);
            FreeTensor? table = around.Take(Join(prefix, "positions.weight"), "table of positions", isWritten, tensor => tensor is { Shape: [_, int columns], HasBias: false, IsOfPositions: true } && columns == _width);
            FreeTensor? norm = Norm("embedding_norm", tensor => tensor.IsOfTokens);
            (string length, string?[] positions) = table is not null ? source.Length(table.Shape[0]) : (Length(), [Computed(isAsked: !isRows || map is not null)]);
            if (isRows)
                stage.Add("Features", length, map is null ? null : $"Width = {map.Shape[1]}", map is null or { HasBias: true } ? null : "Bias = false", NameOf(map, "source"));
            else
                stage.Add("Embedding", $"vocabulary: {_table!.Shape[0]}", length, source.Wishes.Scaled || source.Config.Bool("scale_embedding", false) ? "Scaled = true" : null, shares is null ? NameOf(_table, "embedding") : $"Shares = nameof({shares})");
            if (table is { Stem: null })
                stage.Attributes.Insert(0, $"[Tensor(TensorRole.Positions, {ClassText.Literal(table.Name)})]");
            if (positions is not [null])
                stage.Add("Positions", [.. positions, NameOf(table, "positions")]);
            if (norm is not null)
                stage.Add("LayerNorm", NameOf(norm, "embedding_norm"));
        }

        private void Body(StageText stage, string? causal, string? read)
        {
            int inner = source.Shape(First("self_attn.out_proj.weight"), 2)[1], heads = source.HeadsAsked(inner, isWritten is true ? 1 : 0, isWritten is null ? 1 : 2);
            bool isBare = !source.Has(First("norm1.bias"));
            string? headWidth = inner == _width ? null : $"HeadWidth = {inner / heads}";
            stage.Add("SelfAttention", $"heads: {heads}", headWidth, causal, Bias("self_attn.in_proj_bias"));
            if (read is not null)
                stage.Add("CrossAttention", $"from: nameof({read})", headWidth, MemoryWidth == _width ? null : $"SourceWidth = {MemoryWidth}", Bias("multihead_attn.in_proj_bias"));
            stage.Add("FeedForward", $"{source.Shape(First("linear1.weight"), 2)[0]}", source.Activation(source.Config.Has("activation") ? "activation" : "hidden_act", "relu"), Bias("linear1.bias"));

            string? Bias(string name) => source.Has(First(name)) != isBare ? null : isBare ? "Bias = true" : "Bias = false";
        }

        private void Logits(StageText stage, FreeTensor? map)
        {
            if (map is null)
                source.Notes.Add("Scores are products with the table of tokens, since no other matrix makes them.");
            FreeTensor? bias = map is null ? around.Take(Join(prefix, "logits.bias"), "bias of scores", isWritten, _ => false) : null;
            stage.Add("Logits", map is null ? "Tied = true" : null, bias is not null ? "Bias = true" : map is { HasBias: false } ? "Bias = false" : null, NameOf(map, "logits"));
        }

        private string Length() => (source.Wishes.Length ?? source.Config.TryInt("max_position_embeddings")) is not int length ? $"length: {source.Ask("--length N")}"
            : length > 0 ? $"length: {length}" : throw source.Config.Cannot("max_position_embeddings", "expected at least 1");

        /// <summary>The kind of computed positions; null for none.</summary>
        private string? Computed(bool isAsked) => (source.Wishes.Positions ?? source.Config.Text("positions")) switch
        {
            null when isAsked && source.Ask("--positions sinusoidal (or none)") > 0 => null,
            null or "none" => null,
            "sinusoidal" => "PositionKind.Sinusoidal",
            "sinusoidal-halves" => "PositionKind.SinusoidalHalves",
            "sinusoidal-timescales" => "PositionKind.SinusoidalTimescales",
            _ => throw source.Config.Cannot("positions", "expected none, sinusoidal, sinusoidal-halves or sinusoidal-timescales"),
        };

        private string? NameOf(FreeTensor? tensor, string usual) => tensor?.Stem is string stem && stem != Join(prefix, usual) ? $"Name = {ClassText.Literal(stem)}" : null;
    }
}

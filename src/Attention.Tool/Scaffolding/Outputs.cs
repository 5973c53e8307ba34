using System.Text.Json;

namespace Attention.Tool.Scaffolding;

/// <summary>What an encoder makes of its rows: a head that the checkpoint has, or what is asked for.</summary>
internal static class Outputs
{
    /// <summary>Adds the outputs of an encoder.</summary>
    /// <param name="source">What is known.</param>
    /// <param name="stage">The stage, up to its layers.</param>
    /// <param name="head">The tensor of a classifier of sequences, and how a <c>[Head]</c> names its pooler; null where the family has none.</param>
    /// <param name="transform">The map before the scores of masked words, and its non-linearity; null where the family has none.</param>
    public static void Add(ScaffoldSource source, StageText stage, (string Tensor, string? Pooler)? head, (string Tensor, string Activation)? transform = null)
    {
        (string? pooling, bool normalize) = (source.Wishes.Pooling, source.Wishes.Normalize);
        if (pooling is null && !normalize && AddHead(source, stage, head))
            return;
        if (pooling is null)
        {
            (pooling, bool found) = OfSentenceTransformers(source);
            normalize |= found;
        }

        if (pooling is null && !normalize && AddMasked(source, stage, transform))
            return;

        if (pooling is not (null or "none"))
            Pooling(stage, pooling);
        else if (source.Wishes.Pooling is null)
            source.Notes.Add("Neither config.json nor the tensors tell how rows become one vector: this gives a row for each token; --pooling mean --normalize is what most sentence encoders have.");
        if (normalize)
            stage.Add("L2Normalize");
    }

    /// <summary>Whether one vector is asked for, by an option or by what lies beside the checkpoint.</summary>
    public static bool IsOneVector(ScaffoldSource source) => source.Wishes is not { Pooling: null, Normalize: false } || File.Exists(PoolingPath(source));

    private static string PoolingPath(ScaffoldSource source) => Path.Combine(source.Checkpoint.Folder, "1_Pooling", "config.json");

    /// <summary>Adds a pooling by the name that <c>--pooling</c> has for it.</summary>
    public static void Pooling(StageText stage, string pooling) => stage.Add("Pooling", $"PoolingKind.{char.ToUpperInvariant(pooling[0])}{pooling[1..]}");

    /// <summary>Refuses what makes one vector of rows, where rows are scores of tokens.</summary>
    public static void Refuse(ScaffoldSource source)
    {
        if (source.Wishes.Pooling is not null || source.Wishes.Normalize)
            throw new ToolException($"--pooling and --normalize do not go with {source.Family}, whose rows are scores of tokens; leave them out.");
    }

    private static bool AddHead(ScaffoldSource source, StageText stage, (string Tensor, string? Pooler)? head)
    {
        string architecture = source.Config.Architecture;
        if (head is (string tensor, string pooler) && source.Has(tensor) && (architecture.EndsWith("ForSequenceClassification", StringComparison.Ordinal) || architecture.EndsWith("ForImageClassification", StringComparison.Ordinal)))
            stage.Add("Head", Classes(tensor), pooler.Length == 0 ? null : $"Pooler = {pooler}");
        else if (architecture.EndsWith("ForTokenClassification", StringComparison.Ordinal) && source.Has("classifier.weight"))
            stage.Add("Linear", Classes("classifier.weight"), "Name = \"classifier\"");
        else if (architecture.EndsWith("ForQuestionAnswering", StringComparison.Ordinal) && source.Has("qa_outputs.weight"))
            stage.Add("Linear", Classes("qa_outputs.weight"), "Name = \"qa_outputs\"");
        else
            return false;
        return true;

        string Classes(string name) => $"{source.Shape(name, 2)[0]}";
    }

    /// <summary>The scores of every row, by the table of words unless the file tells otherwise.</summary>
    private static bool AddMasked(ScaffoldSource source, StageText stage, (string Tensor, string Activation)? transform)
    {
        if (transform is not (string tensor, string activation) || !source.Config.Architecture.EndsWith("ForMaskedLM", StringComparison.Ordinal) || !source.Has(tensor))
            return false;
        stage.Add("Linear", $"{source.Shape(tensor, 2)[0]}", "Activation = " + activation);
        stage.Add("LayerNorm");
        stage.Add("Logits", source.Config.Bool("tie_word_embeddings", true) ? "Tied = true, Bias = true" : null);
        return true;
    }

    /// <summary>What the files beside the checkpoint say that sentence-transformers reads.</summary>
    private static (string? Pooling, bool Normalize) OfSentenceTransformers(ScaffoldSource source)
    {
        string folder = source.Checkpoint.Folder, modules = Path.Combine(folder, "modules.json"), pooling = PoolingPath(source);
        if (!File.Exists(pooling))
            return (null, false);
        bool normalize = false;
        if (File.Exists(modules))
        {
            try
            {
                using JsonDocument list = JsonDocument.Parse(File.ReadAllBytes(modules));
                string[] types = [.. list.RootElement.EnumerateArray().Select(module => module.GetProperty("type").GetString()!.Split('.')[^1])];
                normalize = types.Contains("Normalize");
                if (types.Except(["Transformer", "Pooling", "Normalize"]).FirstOrDefault() is string other)
                    source.Notes.Add($"modules.json has a module {other}, which is not declared here.");
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or NullReferenceException)
            {
                throw new ToolException($"{modules}: expected a list of modules, each with a type, found another thing; say --pooling and --normalize.", e);
            }
        }

        ModelConfig config = ModelConfig.Read(pooling);
        string[] modes = [.. new[] { ("pooling_mode_mean_tokens", "mean"), ("pooling_mode_cls_token", "first"), ("pooling_mode_max_tokens", "max"), ("pooling_mode_lasttoken", "last") }.Where(mode => config.Bool(mode.Item1, false)).Select(mode => mode.Item2)];
        if (modes.Length != 1)
            source.Notes.Add($"1_Pooling/config.json asks for {(modes.Length == 0 ? "a pooling that there is not" : string.Join(" and ", modes) + " together")}: this gives a row for each token.");
        return (modes.Length == 1 ? modes[0] : "none", normalize && modes.Length == 1);
    }
}

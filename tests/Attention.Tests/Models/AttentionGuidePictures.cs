using System.Reflection;
using Attention.Dsl;
using Attention.Generator;
using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Parts;
using Attention.Generator.Reading;
using Attention.Runtime;
using Attention.Tests.Diagnostics;
using Attention.Tests.Generator;
using Microsoft.CodeAnalysis;
using Pronounce;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>What the attentions of an example see, by the masks that the generator makes of it, or by what they look at once they are loaded.</summary>
internal sealed class AttentionGuidePictures
{
    /// <summary>Where texts of a packed sequence begin, and where the tokens that stand for images are.</summary>
    private static readonly int[] s_texts = [0, 7, 16, 21], s_images = [3, 9, 14, 20];

    /// <summary>The models that the sample's checkpoints are loaded into: which, of what layer, and the word that they read.</summary>
    private static readonly Dictionary<string, (string Checkpoint, int Layer, string Word)> s_trained = new(StringComparer.Ordinal)
    {
        ["MultiHead"] = ("pronounce", 1, "thought"),
        ["Best3"] = ("pronounce", 1, "thought"),
        ["Additive"] = ("pronounce-bahdanau", 0, "thoroughbred"),
        ["Hard"] = ("pronounce-bahdanau", 0, "thoroughbred"),
        ["Luong"] = ("pronounce-luong", 0, "thoroughbred"),
    };

    private readonly Assembly _assembly;
    private readonly ModelGraph _graph;
    private readonly ModelParts _parts;

    private AttentionGuidePictures(Assembly assembly, ModelDeclaration declaration)
    {
        Result<ModelGraph> built = Pipeline.Build(declaration);
        Assert.Empty(built.Findings);
        (_assembly, _graph, _parts) = (assembly, built.Value!, ModelParts.Of(declaration));
    }

    /// <summary>The pictures of an example by their names: the model's, the stage's, and of another stage's rows that stage's.</summary>
    public static IEnumerable<(string Name, Func<string> Draw)> Of(string example)
    {
        GeneratorRun run = GeneratorRun.Of(example);
        Assert.Empty(run.Result.Diagnostics);
        INamedTypeSymbol[] models = [.. run.Input.GetSymbolsWithName(_ => true, SymbolFilter.Type).OfType<INamedTypeSymbol>().Where(DeclarationReader.IsModel)];
        bool isTrained = models.Any(model => s_trained.ContainsKey(model.Name));
        Assembly assembly = run.WithKernels((kernels, _) => isTrained && kernels.EndsWith("." + KernelClass.TextOf(InstructionSet.Portable), StringComparison.Ordinal)).Load();
        return models.SelectMany(model => new AttentionGuidePictures(assembly, DeclarationReader.Read(model, TestContext.Current.CancellationToken)).Of(model));
    }

    private IEnumerable<(string Name, Func<string> Draw)> Of(INamedTypeSymbol model)
    {
        if (s_trained.ContainsKey(model.Name))
            return [(model.Name, () => AttentionPicture.Draw(Look(model.Name)))];
        return _graph.Stages.SelectMany(stage => Of(stage, NameOf(stage) == model.Name ? model.Name : $"{model.Name}.{NameOf(stage)}")).DistinctBy(picture => picture.Name);
    }

    /// <summary>What the class of a stage is called, or of the one that it continues behind an exchange.</summary>
    private string NameOf(StageGraph stage)
    {
        StageDeclaration declared = _parts.Declared.WithContinuations().Stages[stage.Index];
        return declared.Continues?.Name ?? declared.Name;
    }

    private IEnumerable<(string Name, Func<string> Draw)> Of(StageGraph stage, string name)
    {
        Attend[] all = [.. stage.Operations.OfType<Attend>()], own = [.. all.Where(attend => attend.Other is null).DistinctBy(attend => attend.Mask)];
        IEnumerable<(string, Attend)> named = own.Select((attend, i) => (own.Length == 1 ? name : FormattableString.Invariant($"{name}.{i + 1}"), attend))
            .Concat(all.Where(attend => attend.Other is not null).Select(attend => ($"{name}.{NameOf(_graph.Stages[attend.Other!.Value])}", attend)));
        return named.Select(picture => (picture.Item1, (Func<string>)(() => AttentionPicture.Draw(Of(stage, name, picture.Item2)))))
            .Concat(stage.Index >= _parts.Stages.Count ? [] : _parts.Stages[stage.Index].Parts.OfType<ExternalAttention>().Select(part => (name, (Func<string>)(() => AttentionPicture.Draw(All(stage.Length, part.Memory))))));
    }

    private static AttentionPicture All(int rows, int columns) => AttentionPicture.Of(rows, columns, (_, _) => true);

    private AttentionPicture[] Of(StageGraph stage, string name, Attend attend)
    {
        StageGraph other = attend.Other is int index ? _graph.Stages[index] : stage;
        if (attend.LowRank is LowRank mixed)
            return [All(stage.Length, mixed.Rank), All(mixed.Rank, stage.Length)];
        if (attend.Weighting is Nearby near)
            return [new AttentionPicture(stage.Length, other.Length, (query, key) => Near(near, stage.Length, other.Length, query)[key])];
        if (attend.Included is IncludedRows included)
            return [Included(stage.Length, other.Length, included)];
        Func<int, int, bool> sees = SeenBy(stage, other, name, attend);
        Func<int, int, float>? slope = attend.Bias is OwnBias own ? Method<Func<int, int, float>>(name, own.Method) : null;
        return attend.Bias switch
        {
            OwnBias => [.. Enumerable.Range(0, attend.Heads).Select(head => new AttentionPicture(stage.Length, other.Length, (query, key) => sees(query, key) ? Math.Exp(slope!(head, query - key)) : 0))],
            null when stage.Operations.OfType<Turn>().FirstOrDefault(turn => turn.Result == attend.Query.Value) is Turn turn =>
                [new AttentionPicture(stage.Length, other.Length, (query, key) => sees(query, key) ? Alike(turn.Rotations, query - key) : 0)],
            RelativeBias bias => [new AttentionPicture(stage.Length, other.Length, (query, key) => sees(query, key) ? Nearness(bias, query - key) : 0)],
            Disentangled bias => [new AttentionPicture(stage.Length, other.Length, (query, key) => sees(query, key) ? Nearness(_graph.Parameters[attend.Positions!.Table].Rows / 2, bias, query - key) : 0)],
            _ => [AttentionPicture.Of(stage.Length, other.Length, sees)],
        };
    }

    private Func<int, int, bool> SeenBy(StageGraph stage, StageGraph other, string name, Attend attend)
    {
        // Of the rows that come back from another stage only the first has asked.
        if (attend.Other is not null && stage.Operations.OfType<ReplaceFirst>().Any())
            return (query, _) => query == 0;
        Func<int, int, bool> sees = attend.Mask is OwnPattern own ? Own(name, own) : (query, key) => attend.Mask.Sees(0, query, key);
        if (stage.Operations.OfType<LabelBounds>().FirstOrDefault(bounds => bounds.Result == attend.Bounds) is not LabelBounds bounds)
            return sees;
        return (query, key) => sees(query, key) && LabelOf(stage, query) - LabelOf(other, key) is int apart && (apart == 0 || (apart > 0 && bounds.UpTo));
    }

    private Func<int, int, bool> Own(string name, OwnPattern own)
    {
        var method = Method<Func<int, int, bool>>(name, own.Method);
        return (query, key) => own.Within.Sees(query, key) && method(query, key);
    }

    private T Method<T>(string name, string method)
        where T : Delegate => _assembly.GetType(name.Replace('.', '+'))!.GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic, [typeof(int), typeof(int)])!.CreateDelegate<T>();

    /// <summary>The label of a row: of its text, of the image before it, or of its place.</summary>
    private static int LabelOf(StageGraph stage, int row)
    {
        LabelRows labels = stage.Operations.OfType<LabelRows>().Single();
        return labels.Source == LabelSource.Rows ? 1 + (row / labels.Value) : (labels.Source == LabelSource.Token ? s_images : s_texts).Count(begin => begin <= row);
    }

    /// <summary>Of each label its own rows, which are queries, then the other stage's.</summary>
    private static AttentionPicture Included(int rows, int otherRows, IncludedRows included)
    {
        int apart = included.Own.Apart;
        return AttentionPicture.Of(rows, rows + otherRows, (query, key) => query / included.Block == key / apart);
    }

    /// <summary>Equal scores near a place that goes along with the rows, or as evenly through the keys as one that is predicted may.</summary>
    private static float[] Near(Nearby near, int rows, int keys, int query)
    {
        var weights = new float[keys];
        LocalWeights.Make(keys, 0, keys, near.Width, near.HasCurve, 1, ref weights[0], near.HasCurve ? (query + 0.5f) / rows * keys : Math.Min(query, keys - 1));
        float most = weights.Max();
        return [.. weights.Select(weight => weight / most)];
    }

    /// <summary>The product of two equal rows that are turned so far from each other, where that of rows that are not is 1: the mean over pairs of channels of equal length.</summary>
    private static double Alike(Rotations rotations, int distance) =>
        Enumerable.Range(0, rotations.Width / 2).Average(pair => Math.Cos(rotations.Frequencies.Angle(distance, pair, rotations.Width)));

    /// <summary>The number of a distance's bucket, among those of its side.</summary>
    private static double Nearness(RelativeBias bias, int distance)
    {
        int side = bias.IsCausal ? bias.Buckets : bias.Buckets / 2;
        return 1 - ((new RelativeBuckets(bias.Buckets, bias.Largest, bias.IsCausal).Of(distance) % side) / (double)side);
    }

    /// <summary>The same of buckets to both sides.</summary>
    private static double Nearness(int buckets, Disentangled bias, int distance) => 1 - (Math.Abs(new PositionBuckets(buckets, bias.Largest).Of(distance) - buckets) / (double)buckets);

    /// <summary>What a trained model looks at, with the instruction set that has the same bits everywhere.</summary>
    private AttentionPicture[] Look(string name)
    {
        (string checkpoint, int layer, string word) = s_trained[name];
        string path = Repository.PathOf("samples", "Pronounce", checkpoint + ".safetensors");
        using SafeTensors file = SafeTensors.Open(path);
        Vocabulary vocabulary = Vocabulary.Read(file.Metadata);
        Type type = _assembly.GetType(name)!;
        using var model = (IDisposable)type.GetMethod("Load", [typeof(string), typeof(InstructionSet?), typeof(int), typeof(bool)])!.Invoke(null, [path, InstructionSet.Portable, 1, false])!;
        using var session = (IDisposable)type.GetMethod("CreateSession")!.Invoke(model, [new SessionSettings { CaptureAttention = true }])!;
        Assert.True(vocabulary.TryEncode(word, 32, out int[] letters, out _));
        string[] keys = [.. word.Select(letter => letter.ToString()), "·"];
        if (session is IEncoder alone)
        {
            alone.Forward(letters);
            return Heads(WeightsOf(session, "SelfAttentionWeights"), layer, keys, keys);
        }

        T Stage<T>(string stage) => (T)session.GetType().GetProperty(stage)!.GetValue(session)!;
        Stage<IEncoder>("Source").Forward(letters);
        IDecoder decoder = Stage<IDecoder>("Target");
        int[] said = [.. new TokenSequence(decoder, new GreedySearch { Begin = Vocabulary.Begin, End = Vocabulary.End })];
        decoder.Reset();
        decoder.Step([Vocabulary.Begin, .. said]);
        return Heads(WeightsOf(decoder, "CrossAttentionWeights"), layer, [.. said.Select(id => string.Concat(vocabulary.Decode([id]))), "·"], keys);
    }

    private delegate AttentionWeights Weights();

    private static AttentionWeights WeightsOf(object stage, string property) => stage.GetType().GetProperty(property)!.GetMethod!.CreateDelegate<Weights>(stage)();

    private static AttentionPicture[] Heads(AttentionWeights weights, int layer, string[] queries, string[] keys)
    {
        (float[] all, int heads) = (weights.ToArray(), weights.Heads);
        return [.. Enumerable.Range(0, heads).Select(head => new AttentionPicture(
            queries.Length, keys.Length, (query, key) => AttentionMap.Shade(all[(((((layer * heads) + head) * queries.Length) + query) * keys.Length) + key])) { Names = (queries, keys) })];
    }
}

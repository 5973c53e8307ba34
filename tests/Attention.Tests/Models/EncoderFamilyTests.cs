using System.Reflection;
using Attention.Dsl;
using Attention.Runtime;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>Encoders of other families against their float64 references, by the catalogue's files and those of Goldens/make_family_goldens.py.</summary>
public sealed class EncoderFamilyTests(ITestOutputHelper output)
{
    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Albert_agrees_with_the_catalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/albert", instructionSet);
        using Albert model = Albert.Load(golden.Path, instructionSet, threads: 2);
        using AlbertPooled pooled = AlbertPooled.Load(golden.Path, instructionSet);
        using Albert.Session rows = model.CreateSession(s_batches);
        using AlbertPooled.Session vector = pooled.CreateSession();
        CheckRows(golden, rows);
        CheckVector(golden, "pooled", vector);
        AssertWorst(golden);
    }

    /// <summary>Groups of unequal sizes: three layers of one, two of the other.</summary>
    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Albert_has_groups_of_layers(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("families/albert", instructionSet);
        using AlbertClassifier model = AlbertClassifier.Load(golden.Path, instructionSet);
        using AlbertClassifier.Session session = model.CreateSession();
        for (int call = 0; call < 3; call++)
            golden.AssertRows($"{call}.logits", session.Forward(golden.Ids($"{call}.token_ids"), golden.Ids($"{call}.token_types")));
        AssertWorst(golden);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Electra_tells_which_tokens_have_been_replaced(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("families/electra", instructionSet);
        using ElectraDiscriminator model = ElectraDiscriminator.Load(golden.Path, instructionSet, threads: 2);
        using ElectraDiscriminator.Session session = model.CreateSession();
        for (int call = 0; call < 3; call++)
            golden.AssertRows($"{call}.scores", session.Forward(golden.Ids($"{call}.token_ids"), golden.Ids($"{call}.token_types")).ToArray());
        AssertWorst(golden);
    }

    /// <summary>Rows alone, in batches of other lengths, and on several threads have the same bits.</summary>
    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void DebertaV2_agrees_with_the_reference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("families/deberta-v2", instructionSet);
        using DebertaV2Classifier model = DebertaV2Classifier.Load(golden.Path, instructionSet);
        using DebertaV2Rows rows = DebertaV2Rows.Load(golden.Path, instructionSet, threads: 2);
        using DebertaV2Classifier.Session session = model.CreateSession();
        using DebertaV2Rows.Session sequence = rows.CreateSession(new SessionSettings { BatchTokens = 100 });
        int[][] texts = [.. Enumerable.Range(0, 4).Select(call => golden.Ids($"{call}.token_ids"))];
        Poison(session);
        Poison(sequence);
        float[][] alone = [.. texts.Select(tokens => sequence.Forward(tokens).ToArray())];
        for (int call = 0; call < 4; call++)
        {
            golden.AssertRows($"{call}.sequence", alone[call]);
            golden.AssertRows($"{call}.logits", session.Forward(texts[call]));
        }

        Assert.Equal([.. alone.SelectMany(text => text)], sequence.ForwardBatch([.. texts.SelectMany(tokens => tokens)], [.. texts.Select(tokens => tokens.Length)]).ToArray());
        AssertWorst(golden);
    }

    /// <summary>What is computed when a model is loaded too.</summary>
    [Fact]
    public void DebertaV2_has_the_same_bits_wherever_multiplications_are_fused()
    {
        var golden = new GoldenFile("families/deberta-v2");
        float[][] rows = [.. new[] { InstructionSet.Avx512, InstructionSet.Avx2, InstructionSet.Fma128 }.Where(InstructionSets.IsSupported).Select(set =>
        {
            using DebertaV2Rows model = DebertaV2Rows.Load(golden.Path, set);
            using DebertaV2Rows.Session session = model.CreateSession();
            return session.Forward(golden.Ids("0.token_ids")).ToArray();
        })];
        Assert.All(rows, other => Assert.Equal(rows[0], other));
    }

    /// <summary>Its norm, too, is in the file for nothing.</summary>
    [Fact]
    public void A_table_of_positions_that_does_not_fit_is_told()
    {
        WeightsException misfit = Assert.Throws<WeightsException>(() => DebertaV2OfMoreBuckets.Load(new GoldenFile("families/deberta-v2").Path));
        foreach (string part in new[] { "'deberta.encoder.rel_embeddings.weight': expected shape [16, 24], found [12, 24]", "attention.self.pos_key_proj.weight", "attention.self.pos_query_proj.bias", "deberta.encoder.LayerNorm" })
            Assert.Contains(part, misfit.Message, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Deberta_agrees_with_the_reference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("families/deberta", instructionSet);
        using DebertaClassifier model = DebertaClassifier.Load(golden.Path, instructionSet);
        using DebertaClassifier.Session session = model.CreateSession();
        for (int call = 0; call < 3; call++)
            golden.AssertRows($"{call}.logits", session.Forward(golden.Ids($"{call}.token_ids")));
        AssertWorst(golden);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Deit_agrees_with_the_catalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/deit", instructionSet);
        float[] image = golden.Floats("golden.input.image");
        using DeitModel model = DeitModel.Load(golden.Path, instructionSet, threads: 2);
        using DeitModel.Session session = model.CreateSession(s_batches);
        Poison(session);
        float[] alone = session.Image.Forward(image).ToArray();
        golden.AssertRows("golden.output.rows", alone);
        session.Class.Forward();
        golden.AssertRows("golden.output.logits", session.Label.Forward());
        Assert.Equal([.. alone, .. alone], session.Image.ForwardBatch([.. image, .. image]).ToArray());
        AssertWorst(golden);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void XlmRoberta_agrees_with_the_catalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/xlm_roberta", instructionSet);
        using XlmRoberta model = XlmRoberta.Load(golden.Path, instructionSet);
        using XlmRobertaMean mean = XlmRobertaMean.Load(golden.Path, instructionSet);
        using XlmRobertaFirst first = XlmRobertaFirst.Load(golden.Path, instructionSet);
        using XlmRoberta.Session rows = model.CreateSession(s_batches);
        using XlmRobertaMean.Session ofAll = mean.CreateSession();
        using XlmRobertaFirst.Session ofFirst = first.CreateSession();
        CheckRows(golden, rows);
        CheckVector(golden, "mean", ofAll);
        CheckVector(golden, "first", ofFirst);
        AssertWorst(golden);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void ModernBert_agrees_with_the_catalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/modernbert", instructionSet);
        using ModernBert model = ModernBert.Load(golden.Path, instructionSet, threads: 2);
        using ModernBert.Session session = model.CreateSession(s_batches);
        CheckRows(golden, session);
        AssertWorst(golden);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Qwen3Embedding_agrees_with_the_catalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/qwen3_embedding", instructionSet);
        using Qwen3Embedding model = Qwen3Embedding.Load(golden.Path, instructionSet, threads: 2);
        using Qwen3Embedding.Session session = model.CreateSession(s_batches);
        CheckVector(golden, "embedding", session);

        // Each sequence of a batch has its own last row.
        int[] tokens = golden.Ids("golden.input.tokens");
        float[] all = session.Forward(tokens).ToArray(), three = session.Forward(tokens.AsSpan(0, 3)).ToArray();
        Assert.Equal([.. three, .. all], session.ForwardBatch([.. tokens[..3], .. tokens], [3, tokens.Length]).ToArray());
        AssertWorst(golden);
    }

    /// <summary>The first attention widens the rows, which are twice the table's, with tensor2tensor's positions.</summary>
    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void UseLite_agrees_with_the_reference(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        string? folder = SharedModels.Find("use-lite");
        Assert.SkipWhen(folder is null, "../shared/models/use-lite is not there.");
        var golden = new GoldenFile(Path.Combine(folder!, "golden"));
        using UseLite model = UseLite.Load(Path.Combine(folder!, "model.safetensors"), instructionSet, threads: 2);
        using UseLite.Session session = model.CreateSession(s_batches);
        int[][] ids = [.. Enumerable.Range(0, 4).Select(text => golden.Ids($"{text}.ids"))];
        Poison(session);
        float[][] alone = [.. ids.Select(tokens => session.Forward(tokens).ToArray())];
        for (int text = 0; text < 4; text++)
            golden.AssertRows($"{text}.embedding", alone[text]);
        Assert.Equal([.. alone.SelectMany(row => row)], session.ForwardBatch([.. ids.SelectMany(tokens => tokens)], [.. ids.Select(tokens => tokens.Length)]).ToArray());
        AssertWorst(golden);
    }

    /// <summary>With QuickGELU, of which GELU is 1e-2 away.</summary>
    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void ClipText_agrees_with_the_reference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("quick-gelu", instructionSet);
        using ClipText model = ClipText.Load(golden.Path, instructionSet);
        using ClipText.Session session = model.CreateSession();
        Poison(session);
        golden.AssertRows("golden.output.embedding", session.Forward(golden.Ids("golden.input.tokens")));
        AssertWorst(golden);
    }

    private static readonly SessionSettings s_batches = new() { BatchTokens = 64 };

    /// <summary>Rows of a sequence, alone and behind another in a batch, where nothing may be read that was not written.</summary>
    private static void CheckRows<T>(GoldenFile golden, T session)
        where T : IEncoder, IBatchEncoder
    {
        int[] tokens = golden.Ids("golden.input.tokens");
        Poison(session);
        float[] alone = session.Forward(tokens).ToArray(), few = session.Forward(tokens.AsSpan(0, 5)).ToArray();
        golden.AssertRows("golden.output.rows", alone);
        Assert.Equal([.. few, .. alone], session.ForwardBatch([.. tokens[..5], .. tokens], [5, tokens.Length]).ToArray());
    }

    private static void CheckVector(GoldenFile golden, string name, IVectorEncoder session)
    {
        Poison(session);
        golden.AssertRows("golden.output." + name, session.Forward(golden.Ids("golden.input.tokens")));
    }

    /// <summary>Fills everything that a session owns with NaN.</summary>
    private static void Poison(object session)
    {
        var core = (SessionCore)session.GetType().GetField("_attentionCore", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(session)!;
        core.Memory.Span.Fill(float.NaN);
        core.Work.AllScratch.Fill(float.NaN);
        core.BatchMemory?.Span.Fill(float.NaN);
    }

    private void AssertWorst(GoldenFile golden)
    {
        output.WriteLine($"largest error of a row: {golden.Worst:G3} of its norm");
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }
}

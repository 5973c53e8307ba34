using Attention.Dsl;
using Attention.Tests.Promises;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>
/// Encoders that score the vocabulary, each on a checkpoint with exactly the names of its family, made and computed by PyTorch in float64:
/// see Goldens/make_family_goldens.py.
/// </summary>
public sealed class MaskedTests(ITestOutputHelper output) : PromiseTest
{
    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Bert(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("bert-mlm", instructionSet);
        using BertMasked model = BertMasked.Load(golden.Path, instructionSet);
        using BertMaskedByNames byNames = BertMaskedByNames.Load(golden.Path, instructionSet);
        using BertMasked.Session session = model.CreateSession();
        using BertMaskedByNames.Session other = byNames.CreateSession();
        Check(golden, 45, (tokens, types, rows, logits) => session.Forward(tokens, types, rows, logits));
        Check(golden, 45, (tokens, types, rows, logits) => other.Forward(tokens, types, rows, logits));

        // The first call is all of type 0, which is what calls without types have.
        int[] ids = golden.Ids("0.token_ids");
        float[] all = new float[13 * 45], one = new float[45];
        session.Forward(ids, all);
        golden.AssertRows("0.logits", all);
        ((IRowScorer)session).Forward(ids, [7], one);
        Assert.Equal(Bits(all.AsSpan(7 * 45, 45)), Bits(one));
        Assert.Equal((45, 13), (((IRowScorer)session).Vocabulary, ((IRowScorer)session).Length));
    }

    /// <summary>The first files of BERT, and ports of TensorFlow's, call weights of norms gamma and their biases beta.</summary>
    [Fact]
    public void Bert_by_its_older_names()
    {
        GoldenFile golden = Open("bert-mlm", InstructionSet.Portable);
        byte[] file = File.ReadAllBytes(golden.Path);
        string older = System.Text.Encoding.Latin1.GetString(file).Replace("LayerNorm.weight", "LayerNorm.gamma ", StringComparison.Ordinal).Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal).Replace("gamma \"", "gamma\" ", StringComparison.Ordinal);
        using BertMasked model = BertMasked.Load(new MemoryStream(System.Text.Encoding.Latin1.GetBytes(older)), InstructionSet.Portable);
        using BertMasked.Session session = model.CreateSession();
        Check(golden, 45, (tokens, types, rows, logits) => session.Forward(tokens, types, rows, logits));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Roberta(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("roberta-mlm", instructionSet);
        using RobertaMasked model = RobertaMasked.Load(golden.Path, instructionSet);
        using RobertaMasked.Session session = model.CreateSession();
        Check(golden, 47, (tokens, _, rows, logits) => session.Forward(tokens, rows, logits));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void DistilBert(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("distilbert-mlm", instructionSet);
        using DistilBertMasked model = DistilBertMasked.Load(golden.Path, instructionSet);
        using DistilBertMasked.Session session = model.CreateSession();
        Check(golden, 43, (tokens, _, rows, logits) => session.Forward(tokens, rows, logits));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Albert(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("albert-mlm", instructionSet);
        using AlbertMasked model = AlbertMasked.Load(golden.Path, instructionSet);
        using AlbertMasked.Session session = model.CreateSession();
        Check(golden, 45, (tokens, types, rows, logits) => session.Forward(tokens, types, rows, logits));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Electra(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("electra-mlm", instructionSet);
        using ElectraMasked model = ElectraMasked.Load(golden.Path, instructionSet);
        using ElectraMasked.Session session = model.CreateSession();
        Check(golden, 45, (tokens, types, rows, logits) => session.Forward(tokens, types, rows, logits));
    }

    [Fact]
    public void What_is_wrong_with_a_call_is_told_before_it_runs()
    {
        using BertMasked model = BertMasked.Load(new GoldenFile("families/bert-mlm").Path, InstructionSet.Portable);
        using BertMasked.Session session = model.CreateSession();
        var logits = new float[13 * 45];
        Assert.StartsWith("Row 1 of 2 asked of stage 'BertMasked' is 3; expected 0 to 2, as it was given 3 tokens.", Assert.Throws<ArgumentOutOfRangeException>("rows", () => session.Forward([5, 6, 7], [0, 3], logits)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Row 0 of 1 asked of stage 'BertMasked' is -1;", Assert.Throws<ArgumentOutOfRangeException>("rows", () => session.Forward([5, 6, 7], [], [-1], logits)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Stage 'BertMasked' was asked for 14 rows; expected at most 13.", Assert.Throws<ArgumentException>("rows", () => session.Forward([5], new int[14], logits)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Stage 'BertMasked' gives 2 rows of 45 floats, 90 in all; the memory for them holds 89.", Assert.Throws<ArgumentException>("logits", () => session.Forward([5, 6], logits.AsSpan(0, 89))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("logits", () => session.Forward([5, 6], [1], logits.AsSpan(0, 44)));
        Assert.Throws<ArgumentException>("types", () => session.Forward([5, 6], [1], [0], logits));
        Assert.Throws<ArgumentException>("tokens", () => session.Forward([], logits));
        Assert.All(logits, value => Assert.Equal(0, value));
    }

    /// <summary>A session holds one row's logits nowhere, however many tokens there are.</summary>
    [Fact]
    public void Logits_are_in_no_session()
    {
        CompiledModel few = CompiledModel.Compile("Few", Declaration(50)), many = CompiledModel.Compile("Many", Declaration(50_002));
        int before = few.CreateSession(InstructionSet.Portable).Core.Memory.Span.Length, after = many.CreateSession(InstructionSet.Portable).Core.Memory.Span.Length;
        Assert.Equal(before, after);

        static string Declaration(int vocabulary) => $"[Encoder(1, 4)] [Embedding({vocabulary}, 12)] [SelfAttention(1)] [Logits(Tied = true)]";
    }

    private delegate void Scorer(int[] tokens, int[] types, int[] rows, Span<float> logits);

    /// <summary>Every call of a file: all rows, and rows by name, which have the same bits.</summary>
    private void Check(GoldenFile golden, int vocabulary, Scorer score)
    {
        Assert.Equal(3, golden.CountNames(".logits"));
        for (int call = 0; call < 3; call++)
        {
            int[] ids = golden.Ids($"{call}.token_ids"), types = golden.Has($"{call}.token_types") ? golden.Ids($"{call}.token_types") : [];
            var logits = new float[ids.Length * vocabulary];
            score(ids, types, [], logits);
            golden.AssertRows($"{call}.logits", logits);
            int[] rows = [.. Enumerable.Range(0, ids.Length).Reverse().Where(row => row % 3 != 1), 0];
            var some = new float[rows.Length * vocabulary];
            score(ids, types, rows, some);
            Assert.Equal(rows.SelectMany(row => Bits(logits.AsSpan(row * vocabulary, vocabulary))), Bits(some));
        }

        output.WriteLine($"largest error of a row: {golden.Worst:g3}");
    }

    private static GoldenFile Open(string name, InstructionSet instructionSet) => GoldenFile.Open(Path.Combine("families", name), instructionSet);
}

using System.Reflection;
using Attention.Dsl;
using Attention.Runtime;
using Attention.Tests.Models;
using Attention.Tests.Reference;

namespace Attention.Tests.Promises;

/// <summary>A session of a model of some kind, and its calls, which write what they give where it is kept.</summary>
internal sealed class KindOfModel : IDisposable
{
    private static readonly SessionSettings s_beams = new() { Beams = 2 };

    private readonly IDisposable _model, _session;

    private KindOfModel(IDisposable model, IDisposable session) => (_model, _session) = (model, session);

    public List<(string Name, Action Call, float[] Result)> Calls { get; } = [];

    public SessionCore Core => (SessionCore)_session.GetType().GetField("_attentionCore", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(_session)!;

    /// <summary>One of every kind of attention and of what stands beside it.</summary>
    public static IEnumerable<(string Name, Func<InstructionSet, int, KindOfModel> Open)> All =>
    [
        (nameof(Flamingo), OpenFlamingo), (nameof(GatedImmediateDecoder), OpenGated), (nameof(CrossVit), OpenCrossVit), (nameof(BahdanauPaper), OpenBahdanau), (nameof(LuongLocalP), OpenLuong),
        (nameof(Asking), (set, threads) => OfDecoder(Asking.Load(new MemoryStream(PromiseTest.CheckpointOf(typeof(Asking))), set, threads), model => model.CreateSession(s_beams), session => session.Forward, Tokens(61, 11))),
        (nameof(Lstmn), (set, threads) => OfDecoder(Lstmn.Load(PathOf("catalogue/lstmn"), set, threads), model => model.CreateSession(s_beams), session => session.Forward, Tokens(12, 12))),
        (nameof(AlibiDecoder), (set, threads) => OfDecoder(AlibiDecoder.Load(PathOf("alibi-causal"), set, threads), model => model.CreateSession(s_beams), session => session.Forward, Tokens(61, 11))),
        (nameof(RelativeDecoder), (set, threads) => OfDecoder(RelativeDecoder.Load(PathOf("relative-causal"), set, threads), model => model.CreateSession(s_beams), session => session.Forward, Tokens(61, 11))),
        (nameof(LlamaHeads), (set, threads) => OfDecoder(LlamaHeads.Load(PathOf("llama-heads"), set, threads), model => model.CreateSession(s_beams), session => session.Forward, Tokens(37, 9))),
        (nameof(UniversalDecoder), (set, threads) => OfDecoder(UniversalDecoder.Load(PathOf("universal-decoder"), set, threads), model => model.CreateSession(s_beams), session => session.Forward, Tokens(37, 9))),
        (nameof(DalleShifted), (set, threads) => OfDecoder(DalleShifted.Load(PathOf("catalogue/dalle_shift"), set, threads), model => model.CreateSession(s_beams), session => session.Forward, [.. Enumerable.Range(0, 22).Select(i => i < 7 ? i : 22 + (i % 20))])),
        (nameof(DalleTurned), (set, threads) => OfDecoder(DalleTurned.Load(PathOf("rotary-dalle"), set, threads), model => model.CreateSession(s_beams), session => session.Forward, [.. Enumerable.Range(0, 14).Select(i => i < 6 ? i : 16 + (i % 13))])),
        (nameof(SparseStridedPaperLocal), (set, threads) => OfEncoder(SparseStridedPaperLocal.Load(PathOf("catalogue/sparse_transformer"), set, threads), model => model.CreateSession(), session => session.Forward(s_rows.AsSpan(0, 16 * 32)), 16 * 32)),
        (nameof(UniversalHaltingCopied), (set, threads) => OfEncoder(UniversalHaltingCopied.Load(PathOf("catalogue/universal_transformer"), set, threads), model => model.CreateSession(), session => session.Forward(s_rows.AsSpan(0, 12 * 32)), 12 * 32)),
        (nameof(ExternalAttentionOfHeads), (set, threads) => OfEncoder(ExternalAttentionOfHeads.Load(PathOf("catalogue/external_attention_multihead"), set, threads), model => model.CreateSession(), session => session.Forward(s_rows.AsSpan(0, 12 * 32)), 12 * 32)),
        (nameof(LinformerModel), (set, threads) => OfEncoder(LinformerModel.Load(PathOf("catalogue/linformer"), set, threads), model => model.CreateSession(), session => session.Forward(s_tokens.AsSpan(0, 12)), 12 * 40)),
        (nameof(DebertaV2Rows), (set, threads) => OfEncoder(DebertaV2Rows.Load(PathOf("families/deberta-v2"), set, threads), model => model.CreateSession(), session => session.Forward(s_tokens.AsSpan(0, 40)), 40 * 24)),
        (nameof(BertMasked), OpenMasked),
        (nameof(BigBirdSeeded), (set, threads) => OfEncoder(BigBirdSeeded.Load(PathOf("catalogue/bigbird"), set, threads), model => model.CreateSession(), session => session.Forward(s_tokens.AsSpan(0, 40)), 40 * 32)),
    ];

    private static readonly float[] s_rows = [.. Enumerable.Range(0, 3 * 24 * 24).Select(i => (float)Math.Sin(i * 0.7))];
    private static readonly int[] s_tokens = Tokens(40, 40);

    private static string PathOf(string name) => new GoldenFile(name).Path;

    private static int[] Tokens(int count, int vocabulary) => [.. Enumerable.Range(0, count).Select(i => i * 7 % vocabulary)];

    private static KindOfModel OfDecoder<TModel, TSession>(TModel model, Func<TModel, TSession> open, Func<TSession, DecoderForward> forward, int[] tokens)
        where TModel : IDisposable
        where TSession : IDisposable, IBeamDecoder
    {
        TSession session = open(model);
        var kind = new KindOfModel(model, session);
        kind.AddDecoder(session, forward(session), tokens);
        return kind;
    }

    private delegate Rows Encode<TSession>(TSession session);

    private static KindOfModel OfEncoder<TModel, TSession>(TModel model, Func<TModel, TSession> open, Encode<TSession> forward, int floats)
        where TModel : IDisposable
        where TSession : IDisposable
    {
        TSession session = open(model);
        var kind = new KindOfModel(model, session);
        var rows = new float[floats];
        kind.Calls.Add(("Forward", () => forward(session).CopyTo(rows), rows));
        return kind;
    }

    private static KindOfModel OpenFlamingo(InstructionSet set, int threads)
    {
        var golden = new GoldenFile("catalogue/flamingo");
        float[] vision = golden.Floats("golden.input.vision"), latents = new float[2 * 4 * 16];
        var model = Flamingo.Load(golden.Path, set, threads);
        Flamingo.Session session = model.CreateSession(s_beams);
        var kind = new KindOfModel(model, session);
        kind.Calls.Add(("Images.Forward", () =>
        {
            session.Vision.Forward(vision);
            session.Images.Forward().CopyTo(latents);
        }, latents));
        kind.AddDecoder(session.Text, session.Text.Forward, golden.Ids("golden.input.tokens"));
        return kind;
    }

    /// <summary>All rows, and some, one of them twice.</summary>
    private static KindOfModel OpenMasked(InstructionSet set, int threads)
    {
        var model = BertMasked.Load(PathOf("families/bert-mlm"), set, threads);
        BertMasked.Session session = model.CreateSession();
        var kind = new KindOfModel(model, session);
        int[] tokens = Tokens(13, 45), types = [.. Enumerable.Range(0, 13).Select(i => i / 7)], rows = [11, 3, 0, 3];
        float[] all = new float[13 * 45], some = new float[4 * 45];
        kind.Calls.Add(("Forward", () => session.Forward(tokens, all), all));
        kind.Calls.Add(("Forward of rows", () => session.Forward(tokens, types, rows, some), some));
        return kind;
    }

    private static KindOfModel OpenGated(InstructionSet set, int threads)
    {
        var model = GatedImmediateDecoder.Load(PathOf("gated-immediate"), set, threads);
        GatedImmediateDecoder.Session session = model.CreateSession(s_beams);
        var kind = new KindOfModel(model, session);
        var media = new float[20 * 15];
        kind.Calls.Add(("Media.Forward", () => session.Media.Forward(s_rows.AsSpan(0, media.Length)).CopyTo(media), media));
        kind.AddDecoder(session.Text, session.Text.Forward, Tokens(23, 9));
        return kind;
    }

    private static KindOfModel OpenCrossVit(InstructionSet set, int threads)
    {
        var model = CrossVit.Load(PathOf("catalogue/crossvit"), set, threads);
        CrossVit.Session session = model.CreateSession();
        var kind = new KindOfModel(model, session);
        float[] scores = new float[10], seen = new float[24];
        kind.Calls.Add(("Scores.Forward", () =>
        {
            session.Small.Forward(s_rows);
            session.Large.Forward(s_rows);
            session.SmallScores.Forward();
            session.Scores.Forward().CopyTo(scores);
        }, scores));
        kind.Calls.Add(("LargeClass.Forward", () => session.LargeClass.Forward().CopyTo(seen), seen));
        return kind;
    }

    private static KindOfModel OpenBahdanau(InstructionSet set, int threads)
    {
        var model = BahdanauPaper.Load(PathOf("catalogue/bahdanau_paper"), set, threads);
        BahdanauPaper.Session session = model.CreateSession(s_beams);
        var kind = new KindOfModel(model, session);
        int[] source = Tokens(12, 32);
        var states = new float[12 * 48];
        kind.Calls.Add(("Source.Forward", () => session.Source.Forward(source).CopyTo(states), states));
        kind.AddDecoder(session.Target, session.Target.Forward, Tokens(8, 32));
        return kind;
    }

    private static KindOfModel OpenLuong(InstructionSet set, int threads)
    {
        var model = LuongLocalP.Load(PathOf("catalogue/luong_local_p"), set, threads);
        LuongLocalP.Session session = model.CreateSession(s_beams);
        var kind = new KindOfModel(model, session);
        int[] source = Tokens(12, 32);
        var states = new float[12 * 24];
        kind.Calls.Add(("Source.Forward", () => session.Source.Forward(source).CopyTo(states), states));
        kind.AddDecoder(session.Target, session.Target.Forward, Tokens(8, 32));
        return kind;
    }

    /// <summary>A decoder's calls: all at once, in two steps, and two beams that change places.</summary>
    private void AddDecoder(IBeamDecoder decoder, DecoderForward forward, int[] tokens)
    {
        int half = tokens.Length / 2;
        int[] parents = [0, 0], swapped = [1, 0], first = [tokens[half], tokens[half]], second = [tokens[half + 1], tokens[half + 1]];
        float[] rows = new float[tokens.Length * decoder.Width], row = new float[decoder.Width], beams = new float[2 * decoder.Width];
        Calls.Add(("Forward", () => forward(tokens, rows), rows));
        Calls.Add(("Step", () =>
        {
            decoder.Reset();
            decoder.Step(tokens.AsSpan(0, half));
            decoder.Step(tokens.AsSpan(half, 1)).CopyTo(row);
        }, row));
        Calls.Add(("StepBeams", () =>
        {
            decoder.Reset();
            decoder.Step(tokens.AsSpan(0, half));
            decoder.StepBeams(parents, first);
            decoder.StepBeams(swapped, second).CopyTo(beams);
        }, beams));
    }

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }
}

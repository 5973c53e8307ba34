using Attention.Dsl;
using Attention.Tests.Models;
using Pronounce;

namespace Attention.Elsewhere;

/// <summary>
/// The sample's trained models, and those with narrower weights, on every 200th of its test words: all rows of letters, all logits
/// of greedy search, and the hypotheses of a beam search, computed by two threads.
/// </summary>
internal static class Words
{
    private const int Every = 200, Beams = 5, Threads = 2;

    private static readonly SessionSettings s_settings = new() { Beams = Beams };

    private delegate (IDisposable Session, IEncoder Spelling, IBeamDecoder Phonemes) Load(string path, InstructionSet set);

    private static readonly (string Name, string File, Load Load)[] s_models =
    [
        ("Transformer", "pronounce", (path, set) =>
        {
            using Pronouncer model = Pronouncer.Load(path, set, Threads);
            Pronouncer.Session session = model.CreateSession(s_settings);
            return (session, session.Spelling, session.Phonemes);
        }),
        ("Transformer in bfloat16", "pronounce", (path, set) =>
        {
            using PronouncerInBFloat16 model = PronouncerInBFloat16.Load(path, set, Threads);
            PronouncerInBFloat16.Session session = model.CreateSession(s_settings);
            return (session, session.Spelling, session.Phonemes);
        }),
        ("Transformer in int8", "pronounce", (path, set) =>
        {
            using PronouncerInInt8 model = PronouncerInInt8.Load(path, set, Threads);
            PronouncerInInt8.Session session = model.CreateSession(s_settings);
            return (session, session.Spelling, session.Phonemes);
        }),
        ("Bahdanau", "pronounce-bahdanau", (path, set) =>
        {
            using BahdanauPronouncer model = BahdanauPronouncer.Load(path, set, Threads);
            BahdanauPronouncer.Session session = model.CreateSession(s_settings);
            return (session, session.Spelling, session.Phonemes);
        }),
        ("Luong", "pronounce-luong", (path, set) =>
        {
            using LuongPronouncer model = LuongPronouncer.Load(path, set, Threads);
            LuongPronouncer.Session session = model.CreateSession(s_settings);
            return (session, session.Spelling, session.Phonemes);
        }),
    ];

    public static IEnumerable<Finding> Run() =>
        from set in Enum.GetValues<InstructionSet>().Where(InstructionSets.IsSupported)
        from model in s_models
        select Run(model.Name, Path.Combine(AppContext.BaseDirectory, $"{model.File}.safetensors"), model.Load, set);

    private static Finding Run(string name, string path, Load load, InstructionSet set)
    {
        var bits = new Bits();
        using SafeTensors file = SafeTensors.Open(path);
        Vocabulary vocabulary = Vocabulary.Read(file.Metadata);
        TestWord[] words = [.. TestWord.Read(Path.Combine(AppContext.BaseDirectory, "test.tsv")).Where((_, i) => i % Every == 0)];
        (IDisposable session, IEncoder spelling, IBeamDecoder phonemes) = load(path, set);
        using (session)
        {
            int right = 0;
            foreach (TestWord word in words)
            {
                vocabulary.TryEncode(word.Word, spelling.Length, out int[] letters, out _);
                Rows rows = spelling.Forward(letters);
                for (int i = 0; i < rows.Count; i++)
                    bits.Add(rows[i]);
                string[] said = vocabulary.Decode(Say(phonemes, bits));
                right += word.Accepted.Any(said.SequenceEqual) ? 1 : 0;
                foreach (Hypothesis found in phonemes.Search(new BeamSearch { Begin = Vocabulary.Begin, End = Vocabulary.End, Width = Beams, Count = Beams, LengthPenalty = 0.6 }))
                {
                    bits.Add<int>([.. found.Tokens]);
                    bits.Add(found.LogProbability, found.Score);
                }
            }

            return new($"{set}", $"{nameof(Words)}: {name}", Outcome.Passed, $"{bits}", right, words.Length);
        }
    }

    /// <summary>Greedy search.</summary>
    private static List<int> Say(IBeamDecoder phonemes, Bits bits)
    {
        List<int> said = [];
        phonemes.Reset();
        for (int token = Vocabulary.Begin; token != Vocabulary.End && phonemes.Position < phonemes.Length;)
        {
            ReadOnlySpan<float> logits = phonemes.Step([token]);
            bits.Add(logits);
            token = 0;
            for (int i = 1; i < logits.Length; i++)
                token = logits[i] > logits[token] ? i : token;
            said.Add(token);
        }

        return said;
    }
}

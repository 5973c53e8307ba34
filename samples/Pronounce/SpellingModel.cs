using Attention.Dsl;

namespace Pronounce;

/// <summary>The models that spell, trained on the same words.</summary>
public enum SpellingModel
{
    /// <summary><see cref="Pronouncer"/>.</summary>
    Transformer,

    /// <summary><see cref="BahdanauPronouncer"/>.</summary>
    Bahdanau,

    /// <summary><see cref="LuongPronouncer"/>.</summary>
    Luong,
}

/// <summary>A session of one of the models, whichever it is.</summary>
/// <param name="InstructionSet">What it computes with.</param>
/// <param name="Session">What ends it.</param>
/// <param name="Spelling">Reads letters.</param>
/// <param name="Phonemes">Says phonemes.</param>
/// <param name="Look">What was attended to since the decoder was reset, for letters, phonemes said and phonemes heard.</param>
internal sealed record SpellingSession(InstructionSet InstructionSet, IDisposable Session, IEncoder Spelling, IBeamDecoder Phonemes, Func<string[], string[], string[], AttentionMap[]> Look)
{
    /// <summary>Loads a model and creates a session, which keeps the weights.</summary>
    public static SpellingSession Load(SpellingModel model, string path, InstructionSet? instructionSet, SessionSettings options)
    {
        switch (model)
        {
            case SpellingModel.Transformer:
            {
                using Pronouncer transformer = Pronouncer.Load(path, instructionSet);
                Pronouncer.Session session = transformer.CreateSession(options);
                return new(transformer.InstructionSet, session, session.Spelling, session.Phonemes, (letters, said, heard) =>
                [
                    Map("cross-attention", said, letters, session.Phonemes.CrossAttentionWeights),
                    Map("encoder self-attention", letters, letters, session.Spelling.SelfAttentionWeights),
                    Map("decoder self-attention", said, heard, session.Phonemes.SelfAttentionWeights),
                ]);
            }

            case SpellingModel.Bahdanau:
            {
                using BahdanauPronouncer bahdanau = BahdanauPronouncer.Load(path, instructionSet);
                BahdanauPronouncer.Session session = bahdanau.CreateSession(options);
                return new(bahdanau.InstructionSet, session, session.Spelling, session.Phonemes, (letters, said, _) => [Map("additive attention", said, letters, session.Phonemes.CrossAttentionWeights)]);
            }

            case SpellingModel.Luong:
            {
                using LuongPronouncer luong = LuongPronouncer.Load(path, instructionSet);
                LuongPronouncer.Session session = luong.CreateSession(options);
                return new(luong.InstructionSet, session, session.Spelling, session.Phonemes, (letters, said, _) => [Map("Luong attention", said, letters, session.Phonemes.CrossAttentionWeights)]);
            }

            default:
                throw new ArgumentOutOfRangeException(nameof(model), model, "Expected a member of the enum.");
        }
    }

    private static AttentionMap Map(string name, string[] queries, string[] keys, AttentionWeights weights) =>
        new(name, queries, keys, weights.Layers, weights.Heads, weights.ToArray());
}

using System.Diagnostics.CodeAnalysis;
using Attention.Dsl;

namespace Pronounce;

/// <summary>A way to pronounce a word.</summary>
/// <param name="Phonemes">The phonemes, in the notation of the CMU pronouncing dictionary.</param>
/// <param name="Probability">How likely the model holds it to be, 0 to 1.</param>
public sealed record Pronunciation(string[] Phonemes, double Probability);

/// <summary>Spells out how English words are pronounced, in the phonemes of the CMU pronouncing dictionary. For one thread.</summary>
public sealed class Speller : IDisposable
{
    /// <summary>The beams that a search has unless said otherwise.</summary>
    public const int DefaultBeams = 5;

    /// <summary>The most beams.</summary>
    public const int MostBeams = 32;

    private static readonly GreedySearch s_greedy = new() { Begin = Vocabulary.Begin, End = Vocabulary.End };

    private readonly SpellingSession _session;
    private readonly Vocabulary _vocabulary;

    private Speller(SpellingSession session, Vocabulary vocabulary, int beams)
    {
        Beams = beams;
        _session = session;
        _vocabulary = vocabulary;
    }

    /// <summary>What the model computes with.</summary>
    public InstructionSet InstructionSet => _session.InstructionSet;

    /// <summary>How many beams the search has; with 1 it is greedy.</summary>
    public int Beams { get; }

    /// <summary>Loads the weights and the vocabulary.</summary>
    /// <param name="path">A checkpoint with the tensors of the model and the metadata of <see cref="Vocabulary.Read"/>.</param>
    /// <param name="instructionSet">What to compute with; the environment or else the machine decides unless given.</param>
    /// <param name="beams">How many beams the search has, 1 to <see cref="MostBeams"/>.</param>
    /// <param name="captureAttention">Whether <see cref="LookAt"/> may be called.</param>
    /// <param name="model">Which model's weights they are.</param>
    /// <exception cref="ArgumentOutOfRangeException">There cannot be so many beams, or there is no such model.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="WeightsException">The file is not such a checkpoint.</exception>
    /// <exception cref="PlatformNotSupportedException">This machine lacks the instruction set asked for.</exception>
    /// <exception cref="InvalidOperationException">The environment asks for an instruction set that does not exist.</exception>
    public static Speller Load(string path, InstructionSet? instructionSet = null, int beams = DefaultBeams, bool captureAttention = false, SpellingModel model = SpellingModel.Transformer)
    {
        using SafeTensors file = SafeTensors.Open(path);
        Vocabulary vocabulary = Vocabulary.Read(file.Metadata);
        return new Speller(SpellingSession.Load(model, path, instructionSet, new SessionSettings { Beams = beams, CaptureAttention = captureAttention }), vocabulary, beams);
    }

    /// <summary>Gives the phonemes of a word, or else what is wrong with the word.</summary>
    /// <exception cref="ObjectDisposedException">The speller is disposed.</exception>
    public bool TryPronounce(string word, out string[] phonemes, [NotNullWhen(false)] out string? problem)
    {
        phonemes = [];
        if (!TryRead(word, out problem))
            return false;
        phonemes = _vocabulary.Decode(Say());
        return true;
    }

    /// <summary>Gives the likeliest pronunciations of a word that the search finds, or else what is wrong with the word.</summary>
    /// <param name="word">The word.</param>
    /// <param name="count">How many, 1 to <see cref="Beams"/>; there may be fewer.</param>
    /// <param name="pronunciations">The likeliest first.</param>
    /// <param name="problem">What is wrong with the word.</param>
    /// <exception cref="ArgumentOutOfRangeException">There cannot be so many.</exception>
    /// <exception cref="ObjectDisposedException">The speller is disposed.</exception>
    public bool TryRank(string word, int count, out Pronunciation[] pronunciations, [NotNullWhen(false)] out string? problem)
    {
        pronunciations = [];
        if (!TryRead(word, out problem))
            return false;
        pronunciations = [.. Search(count).Select(found => new Pronunciation(_vocabulary.Decode(found.Tokens), Math.Exp(found.LogProbability)))];
        return true;
    }

    /// <summary>Gives what each phoneme of a word looks at in its letters, and the phonemes and letters at each other, or else what is wrong with the word.</summary>
    /// <param name="word">The word.</param>
    /// <param name="phonemes">How it is pronounced.</param>
    /// <param name="maps">The attention of the decoder to the letters, and of a Transformer that of the letters, then of the phonemes. A query of the decoder is called by the phoneme that it leads to.</param>
    /// <param name="problem">What is wrong with the word.</param>
    /// <exception cref="InvalidOperationException">The speller was not loaded for this.</exception>
    /// <exception cref="ObjectDisposedException">The speller is disposed.</exception>
    internal bool LookAt(string word, out string[] phonemes, out AttentionMap[] maps, [NotNullWhen(false)] out string? problem)
    {
        (phonemes, maps) = ([], []);
        if (!TryRead(word, out problem))
            return false;
        int[] ids = [.. Say()];
        phonemes = _vocabulary.Decode(ids);

        // All at once: a search keeps no weights.
        _session.Phonemes.Reset();
        _session.Phonemes.Step([Vocabulary.Begin, .. ids]);
        string[] letters = [.. word.EnumerateRunes().Select(letter => letter.ToString()), "end"];
        string[] said = [.. ids.Select(id => string.Concat(_vocabulary.Decode([id]))), "end"], heard = ["begin", .. said[..^1]];
        maps = _session.Look(letters, said, heard);
        return true;
    }

    /// <summary>Ends the session.</summary>
    public void Dispose() => _session.Session.Dispose();

    private bool TryRead(string word, [NotNullWhen(false)] out string? problem)
    {
        if (!_vocabulary.TryEncode(word, _session.Spelling.Length, out int[] letters, out problem))
            return false;
        _session.Spelling.Forward(letters);
        return true;
    }

    /// <summary>The likeliest phonemes that are found.</summary>
    private IReadOnlyList<int> Say() => Beams == 1 ? new TokenSequence(_session.Phonemes, s_greedy).ToArray() : Search(1)[0].Tokens;

    /// <summary>By probability alone: a pronunciation is not the better for being longer. One of no phonemes at all is none.</summary>
    private IReadOnlyList<Hypothesis> Search(int count) => Hypotheses.Search(
        _session.Phonemes, new BeamSearch { Begin = Vocabulary.Begin, End = Vocabulary.End, Width = Beams, Count = count, MinimumLength = 1, LengthPenalty = 0 });
}

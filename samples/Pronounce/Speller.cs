using System.Diagnostics.CodeAnalysis;
using Attention.Dsl;

namespace Pronounce;

/// <summary>Spells out how English words are pronounced, in the phonemes of the CMU pronouncing dictionary. For one thread.</summary>
public sealed class Speller : IDisposable
{
    private static readonly GreedySearch s_search = new() { Begin = Vocabulary.Begin, End = Vocabulary.End };

    private readonly Pronouncer.Session _session;
    private readonly Vocabulary _vocabulary;

    private Speller(Pronouncer model, Vocabulary vocabulary)
    {
        InstructionSet = model.InstructionSet;
        _session = model.CreateSession();
        _vocabulary = vocabulary;
    }

    /// <summary>What the model computes with.</summary>
    public InstructionSet InstructionSet { get; }

    /// <summary>Loads the weights and the vocabulary.</summary>
    /// <param name="path">A checkpoint with the tensors of <see cref="Pronouncer"/> and the metadata of <see cref="Vocabulary.Read"/>.</param>
    /// <param name="instructionSet">What to compute with; the environment or else the machine decides unless given.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="WeightsException">The file is not such a checkpoint.</exception>
    /// <exception cref="PlatformNotSupportedException">This machine lacks the instruction set asked for.</exception>
    /// <exception cref="InvalidOperationException">The environment asks for an instruction set that does not exist.</exception>
    public static Speller Load(string path, InstructionSet? instructionSet = null)
    {
        using SafeTensors file = SafeTensors.Open(path);
        Vocabulary vocabulary = Vocabulary.Read(file.Metadata);
        using Pronouncer model = Pronouncer.Load(path, instructionSet); // the session keeps its weights
        return new Speller(model, vocabulary);
    }

    /// <summary>Gives the phonemes of a word, or else what is wrong with the word.</summary>
    /// <exception cref="ObjectDisposedException">The speller is disposed.</exception>
    public bool TryPronounce(string word, out string[] phonemes, [NotNullWhen(false)] out string? problem)
    {
        if (!_vocabulary.TryEncode(word, _session.Spelling.Length, out int[] letters, out problem))
        {
            phonemes = [];
            return false;
        }

        _session.Spelling.Forward(letters);
        List<int> ids = [];
        foreach (int id in _session.Phonemes.Generate(s_search))
            ids.Add(id);
        phonemes = _vocabulary.Decode(ids);
        return true;
    }

    /// <summary>Ends the session.</summary>
    public void Dispose() => _session.Dispose();
}

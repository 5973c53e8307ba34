using System.Diagnostics.CodeAnalysis;

namespace Attention.Text;

/// <summary>
/// Text to a model's token ids and back, as the checkpoint's own tokenizer does it. Immutable: any number of threads may use one.
/// A surrogate that stands alone counts as U+FFFD.
/// </summary>
public sealed partial class Tokenizer
{
    private readonly TokenizerParts _parts;
    private readonly AddedTokens _added;
    private readonly bool _needsOrigins;
    private readonly Scratch?[] _spare = new Scratch?[8];

    internal Tokenizer(TokenizerParts parts)
    {
        _parts = parts;
        _added = new(parts);
        _needsOrigins = parts.PreTokenizer?.NeedsOrigins ?? false;
    }

    internal TokenizerParts Parts => _parts;

    /// <summary>The number of tokens, added ones included.</summary>
    public int VocabularySize => _parts.Model.Count + _added.CountBesideModel;

    /// <summary>The most tokens that the file would keep of a text, special ones included. Applied only where <see cref="EncodeOptions.MaxLength"/> says so.</summary>
    public int? MaxLength => _parts.MaxLength;

    /// <summary>The token that begins a text (bos), where the files name one.</summary>
    public int? BeginId => _parts.Begin;

    /// <summary>The token that ends a text (eos), where the files name one.</summary>
    public int? EndId => _parts.End;

    /// <summary>The token that fills up a batch, where the files name one.</summary>
    public int? PadId => _parts.Pad;

    /// <summary>The token of what the vocabulary cannot write, where there is one.</summary>
    public int? UnknownId => _parts.Unknown;

    /// <summary>The token that stands for a hidden word, where the files name one.</summary>
    public int? MaskId => _parts.Mask;

    /// <summary>The token between texts (sep), where the files name one.</summary>
    public int? SeparatorId => _parts.Separator;

    /// <summary>The token whose row stands for the whole text (cls), where the files name one.</summary>
    public int? ClassId => _parts.Class;

    /// <summary>The id of a token's exact text; null if it is none.</summary>
    public int? TokenToId(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return _added.IdOf(token) ?? (_parts.Model.TokenToId(token) is >= 0 and int id ? id : null);
    }

    /// <summary>The exact text of a token, marks of its kind included; null if the id is none's.</summary>
    public string? IdToToken(int id) => _added[id]?.Content ?? _parts.Model.IdToToken(id);

    /// <summary>Whether a token is one that <see cref="Decode"/> may skip.</summary>
    public bool IsSpecial(int id) => _added[id] is { Special: true };

    /// <summary>Writes a text's ids into a span.</summary>
    /// <returns>How many ids were written.</returns>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public int Encode(ReadOnlySpan<char> text, Span<int> ids, EncodeOptions? options = null)
    {
        using Encoding encoding = Run(text, default, false, options, false);
        if (encoding.Count > ids.Length) throw new ArgumentException($"The text has {encoding.Count} tokens, and the span has room for {ids.Length}.", nameof(ids));
        encoding.CopyIds(ids);
        return encoding.Count;
    }

    /// <summary>A text's ids.</summary>
    public int[] EncodeToIds(ReadOnlySpan<char> text, EncodeOptions? options = null)
    {
        using Encoding encoding = Run(text, default, false, options, false);
        var ids = new int[encoding.Count];
        encoding.CopyIds(ids);
        return ids;
    }

    /// <summary>How many ids a text has.</summary>
    public int CountTokens(ReadOnlySpan<char> text, EncodeOptions? options = null)
    {
        using Encoding encoding = Run(text, default, false, options, false);
        return encoding.Count;
    }

    /// <summary>A text with token types, offsets and what was added to it.</summary>
    /// <exception cref="ArgumentException"><see cref="EncodeOptions.MaxLength"/> does not hold the special tokens.</exception>
    public EncodedText Encode(string text, EncodeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        using Encoding encoding = Run(text, default, false, options, true);
        return encoding.ToText();
    }

    /// <summary>A pair of texts, as for a question and a passage.</summary>
    /// <exception cref="ArgumentException"><see cref="EncodeOptions.MaxLength"/> does not hold the special tokens, or the text that is to be cut alone is too short for it.</exception>
    public EncodedText Encode(string first, string second, EncodeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        using Encoding encoding = Run(first, second, true, options, true);
        return encoding.ToText();
    }

    /// <summary>The text that ids stand for; ids of no token are passed over.</summary>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true)
    {
        var tokens = new List<string>(ids.Length);
        foreach (int id in ids)
        {
            if (!(skipSpecialTokens && IsSpecial(id)) && IdToToken(id) is { } token) tokens.Add(token);
        }
        if (_parts.Decoder is null) return string.Join(' ', tokens);
        _parts.Decoder.Decode(tokens);
        return string.Concat(tokens);
    }

    private Encoding Run(ReadOnlySpan<char> first, ReadOnlySpan<char> second, bool isPair, EncodeOptions? options, bool tracks)
    {
        options ??= EncodeOptions.Default;
        Scratch scratch = Rent();
        try
        {
            EncodeInto(first, scratch.First, scratch, options, tracks || _needsOrigins);
            scratch.Second.Clear();
            if (isPair) EncodeInto(second, scratch.Second, scratch, options, tracks || _needsOrigins);
            var processor = _parts.PostProcessor ?? TemplatePostProcessor.Plain;
            if (tracks)
            {
                processor.TrimOffsets(first, scratch.First, _added);
                processor.TrimOffsets(second, scratch.Second, _added);
            }
            ReadOnlySpan<TemplatePart> template = processor.Template(isPair);
            bool truncated = options.MaxLength is int length && Truncation.Cut(scratch.First, isPair ? scratch.Second : null, length, options.AddSpecialTokens ? Specials(template) : 0, options);
            return new(this, scratch, template, options.AddSpecialTokens, truncated);
        }
        catch
        {
            Return(scratch);
            throw;
        }
    }

    private static int Specials(ReadOnlySpan<TemplatePart> template)
    {
        int count = 0;
        foreach (TemplatePart part in template) count += part.Sequence < 0 ? 1 : 0;
        return count;
    }

    private Scratch Rent()
    {
        for (int i = 0; i < _spare.Length; i++)
        {
            if (Interlocked.Exchange(ref _spare[i], null) is { } scratch) return scratch;
        }
        return new(_parts.Model.NewEncoder());
    }

    private void Return(Scratch scratch)
    {
        // What a very long text has grown is not kept.
        if (scratch.Text.Capacity > 1 << 20) return;
        for (int i = 0; i < _spare.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _spare[i], scratch, null) is null) return;
        }
    }
}

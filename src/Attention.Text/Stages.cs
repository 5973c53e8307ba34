namespace Attention.Text;

/// <summary>Rewrites a text before it is split. Immutable.</summary>
internal interface INormalizer
{
    /// <summary>Rewrites the text as it stands by <see cref="NormalizedText.Begin"/> and <see cref="NormalizedText.Commit"/>, or in place; pieces are not its concern.</summary>
    void Normalize(NormalizedText text);
}

/// <summary>Splits a text into pieces that a model sees one by one; it may rewrite them. Immutable.</summary>
internal interface IPreTokenizer
{
    /// <summary>Whether it looks at where in the user's text a piece begins, so that origins must be kept.</summary>
    bool NeedsOrigins => false;

    /// <summary>Splits each piece further, by <see cref="NormalizedText.AddPiece"/> and <see cref="NormalizedText.CommitPieces"/>.</summary>
    void PreTokenize(NormalizedText text);
}

/// <summary>A vocabulary and how a piece is written in it. Immutable, and shared by threads.</summary>
internal interface IModel
{
    /// <summary>The number of tokens, added ones not counted.</summary>
    int Count { get; }

    /// <summary>The id of a token's exact text; -1 if it is none.</summary>
    int TokenToId(ReadOnlySpan<char> token);

    /// <summary>The text of a token; null if the id is none's.</summary>
    string? IdToToken(int id);

    /// <summary>Scratch and all that encodes for one call at a time; the tokenizer keeps and reuses them.</summary>
    IPieceEncoder NewEncoder();
}

/// <summary>Writes pieces as tokens; with scratch of its own, so for one call at a time.</summary>
internal interface IPieceEncoder
{
    /// <summary>Adds a piece's tokens, in order, their starts and ends counted in units from <paramref name="offset"/> at the piece's first.</summary>
    void Encode(ReadOnlySpan<char> piece, int offset, TokenList tokens);
}

/// <summary>Puts special tokens about one or two encoded texts. Immutable.</summary>
internal interface IPostProcessor
{
    /// <summary>What stands in the result, in order.</summary>
    ReadOnlySpan<TemplatePart> Template(bool pair);

    /// <summary>Narrows tokens' spans, where a family leaves spaces out of them; the spans are units of <paramref name="source"/>.</summary>
    void TrimOffsets(ReadOnlySpan<char> source, TokenList tokens, AddedTokens added) { }
}

/// <summary>A part of a template: a special token's id, or all tokens of the text <see cref="Sequence"/> (0 or 1); and its token type.</summary>
internal readonly record struct TemplatePart(int Sequence, int Id, int TypeId)
{
    public static TemplatePart Special(int id, int typeId) => new(-1, id, typeId);

    public static TemplatePart Text(int sequence, int typeId) => new(sequence, -1, typeId);
}

/// <summary>A step from tokens' texts to a text: the last step's strings are joined. Immutable.</summary>
internal interface IDecoder
{
    /// <summary>Replaces the strings.</summary>
    void Decode(List<string> tokens);
}

namespace Attention.Text;

/// <summary>A token that is found in the text before the model sees it.</summary>
/// <param name="Content">Its text.</param>
/// <param name="Id">Its id.</param>
/// <param name="Special">Whether decoding may skip it.</param>
/// <param name="LeftStrip">Whether it takes the white space before it.</param>
/// <param name="RightStrip">Whether it takes the white space after it.</param>
/// <param name="SingleWord">Whether it counts only where no letter, digit or underscore touches it.</param>
/// <param name="Normalized">Whether it is looked for, normalised, in the normalised text.</param>
internal sealed record AddedToken(
    string Content, int Id, bool Special = true, bool LeftStrip = false, bool RightStrip = false, bool SingleWord = false, bool Normalized = false);

/// <summary>All that a tokenizer is made of, whichever file it was read from.</summary>
internal sealed record TokenizerParts(IModel Model)
{
    public INormalizer? Normalizer { get; init; }
    public IPreTokenizer? PreTokenizer { get; init; }
    public IPostProcessor? PostProcessor { get; init; }

    /// <summary>Without one, tokens are joined by spaces.</summary>
    public IDecoder? Decoder { get; init; }
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];
    public int? MaxLength { get; init; }
    public int? Begin { get; init; }
    public int? End { get; init; }
    public int? Pad { get; init; }
    public int? Unknown { get; init; }
    public int? Mask { get; init; }
    public int? Separator { get; init; }
    public int? Class { get; init; }
}

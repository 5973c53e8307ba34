namespace Attention.Text;

public sealed partial class Tokenizer
{
    private void EncodeInto(ReadOnlySpan<char> source, TokenList tokens, Scratch scratch, EncodeOptions options, bool tracks)
    {
        tokens.Clear();
        if (_added.InSource is not { } finder || finder.FindsNothingIn(source))
        {
            EncodeSection(source, 0, tokens, scratch, options, tracks);
            return;
        }
        List<AddedTokenFinder.Section> sections = scratch.Sections;
        sections.Clear();
        finder.Find(source, options.SpecialTokensInText, sections);
        foreach (AddedTokenFinder.Section section in sections)
        {
            if (section.Token is { } token) tokens.AddWord(token.Id, section.Start, section.End);
            else EncodeSection(source[section.Start..section.End], section.Start, tokens, scratch, options, tracks);
        }
    }

    /// <summary>A section of the user's text without tokens that are found before normalisation.</summary>
    private void EncodeSection(ReadOnlySpan<char> source, int start, TokenList tokens, Scratch scratch, EncodeOptions options, bool tracks)
    {
        NormalizedText text = scratch.Text;
        text.Reset(source, start, tracks);
        if (_parts.Normalizer is not null)
        {
            _parts.Normalizer.Normalize(text);
            text.ResetPieces();
        }
        if (_added.InNormalized is not { } finder || finder.FindsNothingIn(text.Chars))
        {
            EncodeNormalized(text, tokens, scratch);
            return;
        }
        List<AddedTokenFinder.Section> sections = scratch.NormalizedSections;
        sections.Clear();
        finder.Find(text.Chars, options.SpecialTokensInText, sections);
        foreach (AddedTokenFinder.Section section in sections)
        {
            if (section.Token is { } token)
            {
                Piece origin = text.Source(section.Start, section.End);
                tokens.AddWord(token.Id, origin.Start, origin.End);
                continue;
            }
            scratch.Part.Reset(text, new(section.Start, section.End));
            EncodeNormalized(scratch.Part, tokens, scratch);
        }
    }

    private void EncodeNormalized(NormalizedText text, TokenList tokens, Scratch scratch)
    {
        _parts.PreTokenizer?.PreTokenize(text);
        ReadOnlySpan<char> chars = text.Chars;
        int before = tokens.Count;
        foreach (Piece piece in text.Pieces)
        {
            scratch.Encoder.Encode(chars[piece.Start..piece.End], piece.Start, tokens);
            tokens.Word++;
        }
        if (!text.Tracks) return;
        for (int i = before; i < tokens.Count; i++)
        {
            Piece origin = text.Source(tokens.Starts[i], tokens.Ends[i]);
            (tokens.Starts[i], tokens.Ends[i]) = (origin.Start, origin.End);
        }
    }

    /// <summary>What one call needs for itself.</summary>
    private sealed class Scratch(IPieceEncoder encoder)
    {
        public IPieceEncoder Encoder => encoder;

        public NormalizedText Text { get; } = new();

        public NormalizedText Part { get; } = new();

        public TokenList First { get; } = new();

        public TokenList Second { get; } = new();

        public List<AddedTokenFinder.Section> Sections { get; } = [];

        public List<AddedTokenFinder.Section> NormalizedSections { get; } = [];
    }

    /// <summary>One or two encoded texts in a template; gives its scratch back.</summary>
    private readonly ref struct Encoding(Tokenizer owner, Scratch scratch, ReadOnlySpan<TemplatePart> template, bool specials, bool truncated)
    {
        private readonly ReadOnlySpan<TemplatePart> _template = template;

        public int Count => scratch.First.Count + scratch.Second.Count + (specials ? Specials(_template) : 0);

        public void CopyIds(Span<int> ids)
        {
            int at = 0;
            foreach (TemplatePart part in _template)
            {
                if (part.Sequence >= 0)
                {
                    Span<int> text = (part.Sequence == 0 ? scratch.First : scratch.Second).Ids;
                    text.CopyTo(ids[at..]);
                    at += text.Length;
                }
                else if (specials)
                {
                    ids[at++] = part.Id;
                }
            }
        }

        public bool IsTruncated => truncated;

        public void CopyTypeIds(Span<int> types)
        {
            int at = 0;
            foreach (TemplatePart part in _template)
            {
                int count = part.Sequence >= 0 ? (part.Sequence == 0 ? scratch.First : scratch.Second).Count : specials ? 1 : 0;
                types.Slice(at, count).Fill(part.TypeId);
                at += count;
            }
        }

        public EncodedText ToText()
        {
            int count = Count, at = 0;
            int[] ids = new int[count], typeIds = new int[count], sequences = new int[count], words = new int[count];
            var offsets = new Range[count];
            var mask = new bool[count];
            CopyIds(ids);
            foreach (TemplatePart part in _template)
            {
                if (part.Sequence < 0)
                {
                    if (specials) (typeIds[at], sequences[at], words[at], offsets[at], mask[at++]) = (part.TypeId, -1, -1, 0..0, true);
                    continue;
                }
                TokenList text = part.Sequence == 0 ? scratch.First : scratch.Second;
                for (int i = 0; i < text.Count; i++, at++)
                    (typeIds[at], sequences[at], words[at], offsets[at]) = (part.TypeId, part.Sequence, text.Words[i], text.Starts[i]..text.Ends[i]);
            }
            return new(ids, typeIds, sequences, words, offsets, mask, truncated);
        }

        public void Dispose() => owner.Return(scratch);
    }
}

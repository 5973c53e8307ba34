namespace Attention.Text;

/// <summary>BERT's cleaning (Devlin et al., 2018): controls dropped, white space as spaces, Chinese characters set apart, accents dropped, lower case.</summary>
internal sealed class BertNormalizer(bool cleanText, bool handleChineseChars, bool stripAccents, bool lowercase) : INormalizer
{
    private static readonly DropNormalizer Accents = new(Traits.BertAccent);
    private readonly Traits _changed = (cleanText ? Traits.BertDropped | Traits.BertSpace : 0) | (handleChineseChars ? Traits.BertChinese : 0);

    public void Normalize(NormalizedText text)
    {
        if (_changed != 0) Clean(text);
        if (stripAccents && !TryDropAccents(text))
        {
            UnicodeNormalizer.Nfd.Normalize(text);
            Accents.Normalize(text);
        }
        if (lowercase) LowercaseNormalizer.Instance.Normalize(text);
    }

    /// <summary>
    /// Letters with accents become letters in place, and accents are dropped, which is what decomposing first would give. False where it
    /// would not: letters that become several, marks that stay and may change places.
    /// </summary>
    private static bool TryDropAccents(NormalizedText text)
    {
        Span<char> chars = text.Writable;
        int at = chars.IndexOfAnyExcept(UnitRanges.Whole);
        bool drops = false;
        for (int units; (uint)at < (uint)chars.Length; at += units)
        {
            units = 1;
            if (chars[at] < CodePoints.FirstDecomposed) continue;
            int codePoint = Surrogates.CodePointAt(chars, at, out units);
            Traits traits = CodePoints.TraitsOf(codePoint) & (Traits.BertAccent | Traits.Decomposing);
            drops |= (traits & Traits.BertAccent) != 0;
            if (traits != Traits.Decomposing) continue;
            ReadOnlySpan<char> letter = CodePoints.Decomposition(codePoint, compatibility: false);
            if (letter.IsEmpty || units > 1 || CodePoints.Has(letter[0], Traits.BertAccent | Traits.Decomposing) || char.IsSurrogate(letter[0])) return false;
            foreach (char mark in letter[1..])
            {
                if (!CodePoints.Has(mark, Traits.BertAccent)) return false;
            }
            chars[at] = letter[0];
        }
        if (drops) Accents.Normalize(text);
        return true;
    }

    private void Clean(NormalizedText text)
    {
        Span<char> chars = text.Writable;
        int kept = 0, first = chars.IndexOfAnyExcept(UnitRanges.Printable);
        bool began = false;
        for (int at = first < 0 ? chars.Length : first, units; at < chars.Length; at += units)
        {
            units = 1;
            if ((uint)(chars[at] - ' ') < 0x5F) continue;
            Traits traits = CodePoints.TraitsOf(Surrogates.CodePointAt(chars, at, out units)) & _changed;
            if (traits == 0) continue;
            if (traits == Traits.BertSpace)
            {
                chars[at] = ' ';
                continue;
            }
            if (!began) text.Begin();
            began = true;
            text.Copy(kept, at);
            kept = at + units;
            if (traits != Traits.BertChinese) continue;
            text.Append(' ', at, kept);
            text.Copy(at, kept);
            text.Append(' ', at, kept);
        }
        if (!began) return;
        text.Copy(kept, chars.Length);
        text.Commit();
    }
}

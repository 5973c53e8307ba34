namespace Attention.Text;

/// <summary>BERT's cleaning (Devlin et al., 2018): controls dropped, white space as spaces, Chinese characters set apart, accents dropped, lower case.</summary>
internal sealed class BertNormalizer(bool cleanText, bool handleChineseChars, bool stripAccents, bool lowercase) : INormalizer
{
    private static readonly DropNormalizer Accents = new(Traits.BertAccent);
    private readonly Traits _changed = (cleanText ? Traits.BertDropped | Traits.BertSpace : 0) | (handleChineseChars ? Traits.BertChinese : 0);

    public void Normalize(NormalizedText text)
    {
        if (_changed != 0) Clean(text);
        if (stripAccents && text.Chars.ContainsAnyExceptInRange('\0', '\u007F'))
        {
            UnicodeNormalizer.Nfd.Normalize(text);
            Accents.Normalize(text);
        }
        if (lowercase) LowercaseNormalizer.Instance.Normalize(text);
    }

    private void Clean(NormalizedText text)
    {
        Span<char> chars = text.Writable;
        int kept = 0;
        bool began = false;
        for (int at = 0, units; at < chars.Length; at += units)
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

namespace Attention.Text;

/// <summary>What the tables know of a code point: its general category in the low five bits, numbered as .NET's <see cref="System.Globalization.UnicodeCategory"/>, and flags. Stages have Unicode versions of their own.</summary>
[Flags]
internal enum Traits : ushort
{
    /// <summary>The mask of the general category, of the expressions' engine (Unicode 16).</summary>
    Category = 31,

    /// <summary>Dropped by BERT's cleaning: controls, formats, private use, U+FFFD.</summary>
    BertDropped = 1 << 5,

    /// <summary>A space to BERT's cleaning.</summary>
    BertSpace = 1 << 6,

    /// <summary>Set apart by BERT as a Chinese character.</summary>
    BertChinese = 1 << 7,

    /// <summary>Dropped where BERT strips accents (Mn of Unicode 8).</summary>
    BertAccent = 1 << 8,

    /// <summary>Dropped by StripAccents (M of the normaliser's version).</summary>
    Mark = 1 << 9,

    /// <summary>White_Space.</summary>
    WhiteSpace = 1 << 10,

    /// <summary>Punctuation to BERT and to Punctuation (ASCII's signs, and P of Unicode 8).</summary>
    Punctuation = 1 << 11,

    /// <summary>A digit to Digits (N of Unicode 17).</summary>
    Number = 1 << 12,

    /// <summary>\w of Whitespace and of added tokens' single_word (UTS #18's, which has the joiners).</summary>
    Word = 1 << 13,

    /// <summary>\w of the expressions' engine.</summary>
    ExpressionWord = 1 << 14,

    /// <summary>Canonically decomposed, or of a canonical combining class other than 0.</summary>
    Decomposing = 1 << 15,
}

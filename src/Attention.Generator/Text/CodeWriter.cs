using System.Globalization;
using System.Text;

namespace Attention.Generator.Text;

/// <summary>
/// Writes lines of C# with the indentation of the blocks that are open, a blank line behind each block that something
/// follows, and none where one begins. Lines end with <c>\n</c> everywhere.
/// </summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;
    private bool _opened;
    private bool _closed;

    public CodeWriter Line(string line = "")
    {
        if (line.Length == 0 && _opened)
            return this;
        if (_closed && line.Length > 0 && !s_continuations.Any(word => line.StartsWith(word, StringComparison.Ordinal)))
            _text.Append('\n');
        _opened = _closed = false;
        if (line.Length > 0)
            _text.Append(' ', 4 * _depth).Append(line);
        _text.Append('\n');
        return this;
    }

    /// <summary>What belongs to the block before it.</summary>
    private static readonly string[] s_continuations = ["}", "else", "catch", "finally"];

    public CodeWriter Lines(params string[] lines)
    {
        foreach (string line in lines)
            Line(line);
        return this;
    }

    /// <summary>Opens a block, which the disposal of the result closes.</summary>
    public Scope Block(string? head = null)
    {
        if (head is not null)
            Line(head);
        Line("{");
        _opened = true;
        _depth++;
        return new Scope(this);
    }

    /// <summary>A member's summary, what else stands above it, and its body.</summary>
    public Scope Method(string summary, string signature, params string[] above)
    {
        Line();
        Line("/// <summary>" + summary + "</summary>");
        Lines(above);
        return Block(signature);
    }

    /// <summary>A member's documentation, name and body.</summary>
    public Scope Member(string summary, string signature, IEnumerable<string> documentation) =>
        Method(summary, signature, [.. documentation.Select(line => "/// " + line)]);

    /// <summary>Where what is written next begins.</summary>
    public int Mark => _text.Length;

    /// <summary>Puts a line where a mark is, if what has been written since needs it.</summary>
    public void Insert(int mark, string line, string need)
    {
        if (_text.ToString(mark, _text.Length - mark).Contains(need))
            _text.Insert(mark, new string(' ', 4 * _depth) + line + "\n");
    }

    public override string ToString() => _text.ToString();

    /// <summary>A number as it stands in code and in comments, whatever the culture.</summary>
    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A double as a literal.</summary>
    public static string Double(double value) => value.ToString("R", CultureInfo.InvariantCulture) + "d";

    /// <summary>A number for readers, in groups of three digits.</summary>
    public static string Grouped(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A float as a literal: plain where that is exact and short, else as its bits with the value in a comment.</summary>
    public static string Float(float value)
    {
        if (value == Math.Floor(value) && Math.Abs(value) < 1 << 24)
            return Number((long)value) + "f";
        return "BitConverter.Int32BitsToSingle(0x" + Bits(value) + ") /* " + value.ToString("R", CultureInfo.InvariantCulture) + " */";
    }

    /// <summary>A float's bits, as eight digits.</summary>
    public static string Bits(float value) => BitConverter.ToInt32(BitConverter.GetBytes(value), 0).ToString("X8", CultureInfo.InvariantCulture);

    /// <summary>A literal where nothing of the library's is imported.</summary>
    public static string GlobalFloat(float value) => Float(value).Replace("BitConverter", "global::System.BitConverter");

    public readonly struct Scope(CodeWriter writer) : IDisposable
    {
        public void Dispose()
        {
            writer._depth--;
            writer.Line("}");
            writer._closed = true;
        }
    }
}

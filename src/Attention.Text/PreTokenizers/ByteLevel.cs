namespace Attention.Text;

/// <summary>Bytes as printable signs (Radford et al., 2019): those of Latin-1 that are printable stand for themselves, the others for U+0100 and on.</summary>
internal static class ByteLevel
{
    private static readonly char[] Signs = MakeSigns();
    private static readonly short[] Bytes = MakeBytes();

    public static char SignOf(byte value) => Signs[value];

    /// <summary>The byte that a sign stands for; -1 if it stands for none.</summary>
    public static int ByteOf(char sign) => sign < Bytes.Length ? Bytes[sign] : -1;

    private static char[] MakeSigns()
    {
        var signs = new char[256];
        char next = '\u0100';
        for (int value = 0; value < 256; value++)
        {
            bool printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            signs[value] = printable ? (char)value : next++;
        }
        return signs;
    }

    private static short[] MakeBytes()
    {
        var bytes = new short[Signs.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (int value = 0; value < 256; value++) bytes[Signs[value]] = (short)value;
        return bytes;
    }
}

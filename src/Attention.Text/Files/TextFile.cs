using System.Text;

namespace Attention.Text;

/// <summary>Files of UTF-8.</summary>
internal static class TextFile
{
    /// <exception cref="InvalidDataException">The file is not UTF-8.</exception>
    public static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file, new UTF8Encoding(false, true)).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"{file}: not UTF-8: {e.Message}", e);
        }
    }
}

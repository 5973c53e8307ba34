namespace Attention.Text;

/// <summary>Names of general categories, as sets of .NET's numbers.</summary>
internal static class GeneralCategories
{
    private static readonly string[] Names =
        ["Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn"];

    /// <summary>The categories that a name of one or two letters means, a bit each; 0 if it means none.</summary>
    public static uint Named(string name)
    {
        uint found = 0;
        for (int i = 0; i < Names.Length; i++)
        {
            if (name.Length is 1 or 2 && Names[i].StartsWith(name, StringComparison.Ordinal)) found |= 1u << i;
        }
        return found;
    }
}

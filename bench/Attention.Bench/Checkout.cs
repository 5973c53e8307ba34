namespace Attention.Bench;

/// <summary>The checkout that this program was built in.</summary>
internal static class Checkout
{
    /// <summary>A path in the checkout, which is the nearest folder above the program that has it.</summary>
    public static string Find(params string[] parts) =>
        TryFind(parts) ?? throw new DirectoryNotFoundException($"No folder above the program has {Path.Combine(parts)}.");

    /// <summary>The same, null where no folder has it.</summary>
    public static string? TryFind(params string[] parts)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string path = Path.Combine([at.FullName, .. parts]);
            if (Path.Exists(path))
                return path;
        }

        return null;
    }
}

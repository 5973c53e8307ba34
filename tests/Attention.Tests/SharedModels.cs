namespace Attention.Tests;

/// <summary>Finds the real checkpoints, which lie in <c>shared/models</c> beside the repository on some machines.</summary>
internal static class SharedModels
{
    /// <summary>The full path of a file or folder given relative to <c>shared/models</c>; null when it is not there.</summary>
    public static string? Find(string relative)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", "models", relative);
            if (Path.Exists(path))
                return path;
        }

        return null;
    }
}

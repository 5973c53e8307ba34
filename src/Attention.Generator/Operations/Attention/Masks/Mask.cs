namespace Attention.Generator.Operations;

/// <summary>
/// Which keys a query sees. <see cref="Sees"/> is the truth; the reference goes by it, and tests hold what kernels go by against it.
/// </summary>
internal abstract record Mask
{
    /// <summary>Whether a query of a head sees a key, all counted from 0.</summary>
    public abstract bool Sees(int head, int query, int key);

    /// <summary>Whether what a query sees depends on which it is.</summary>
    public virtual bool DependsOnQuery => true;

    /// <summary>Whether what a query sees depends on the layer.</summary>
    public virtual bool DependsOnLayer => false;

    /// <summary>The most keys that a query sees; null where that is all there are.</summary>
    public virtual int? Most => null;

    /// <summary>What kernels with the mask are called, behind the shape.</summary>
    public abstract string Suffix { get; }

    /// <summary>The mask in the model's story; nothing where all is seen.</summary>
    public abstract string Story { get; }

    /// <summary>The mask in a kernel's summary; nothing where all is seen.</summary>
    public abstract string Summary { get; }
}
